import { layer, NotificationPlatforms } from "@effect-scalingo/core/NotificationPlatforms"
import { driver } from "../driver.js"

export default driver("NotificationPlatforms", NotificationPlatforms, layer, {
  list: (platforms) => platforms.list,
  find: (platforms) => platforms.get("platformId"),
  search: (platforms) => platforms.search("name")
})
