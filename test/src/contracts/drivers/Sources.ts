import { layer, Sources } from "@effect-scalingo/core/Sources"
import { driver } from "../driver.js"

export default driver("Sources", Sources, layer, {
  create: (sources) => sources.create
})
