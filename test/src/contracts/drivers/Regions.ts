import { layer, Regions } from "@effect-scalingo/core/Regions"
import { driver } from "../driver.js"

export default driver("Regions", Regions, layer, {
  list: (regions) => regions.list
})
