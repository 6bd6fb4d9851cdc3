/**
 * Notification platforms.
 */
import { notificationPlatforms as known } from "../referenceData.js"
import { badRequest, json, notFound } from "../responses.js"
import { regionalPublic, type Route } from "../route.js"

export const notificationPlatforms: ReadonlyArray<Route> = [
  regionalPublic.get("/notification_platforms", () => json({ notification_platforms: known })),

  regionalPublic.get("/notification_platforms/search", (call) => {
    const name = call.query.get("name")
    return name === null || name === ""
      ? badRequest("param is missing or the value is empty: name")
      : json({ notification_platforms: known.filter((platform) => platform.name === name) })
  }),

  regionalPublic.get("/notification_platforms/:platformId", (call) => {
    const platform = known.find((it) => it.id === call.param("platformId"))
    return platform === undefined ? notFound("notification_platform") : json({ notification_platform: platform })
  })
]
