import { EventCategories, layer } from "@effect-scalingo/core/EventCategories"
import { driver } from "../driver.js"

export default driver("EventCategories", EventCategories, layer, {
  list: (categories) => categories.list
})
