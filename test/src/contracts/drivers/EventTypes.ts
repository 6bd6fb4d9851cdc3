import { EventTypes, layer } from "@effect-scalingo/core/EventTypes"
import { driver } from "../driver.js"

export default driver("EventTypes", EventTypes, layer, {
  list: (types) => types.list
})
