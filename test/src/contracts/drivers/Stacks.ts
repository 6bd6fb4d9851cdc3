import { layer, Stacks } from "@effect-scalingo/core/Stacks"
import { driver } from "../driver.js"

export default driver("Stacks", Stacks, layer, {
  list: (stacks) => stacks.list
})
