import { Events, layer } from "@effect-scalingo/core/Events"
import { driver } from "../driver.js"

export default driver("Events", Events, layer, {
  listForApp: (events) => events.listForAppPage("app", { page: 1, perPage: 20, from: 72 }),
  listForUser: (events) => events.listForUserPage({ page: 1, perPage: 20, from: 72 }),
  find: {
    send: (events) => events.get("app", "eventId"),
    response: {
      json: {
        event: {
          id: "54dcdd4a73636100011a0000",
          created_at: "2015-02-12T18:05:14.226+01:00",
          user: {
            username: "johndoe",
            email: "john@doe.com",
            id: "us-0e6d8e46-5cd0-42a4-acba-372b2be605ac"
          },
          app_id: "5343eccd646173000a140000",
          app_name: "appname",
          type: "new_app",
          type_data: { git_source: "https://github.com/Scalingo/sample-go-martini" }
        }
      }
    }
  }
})
