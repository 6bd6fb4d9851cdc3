import { layer, Notifiers, type NotifiersService } from "@effect-scalingo/core/Notifiers"
import { driver } from "../driver.js"

const notifier = {
  notifier: {
    id: "no-824fd8bb-0efe-4b7b-9605-1b98110abeef",
    name: "My Custom Webhook",
    active: true,
    type: "webhook",
    platform_id: "5982f145d48c3600273ef08a",
    created_at: "2018-05-14T11:46:42.077+02:00",
    updated_at: "2019-04-10T20:51:32.298+02:00",
    send_all_alerts: false,
    send_all_events: false,
    selected_event_ids: [],
    app_id: "53e45e576461730a0c021817",
    app: "my-app",
    type_data: { webhook_url: "https://myapp.fr/webhook/scalingo" }
  }
}

export default driver("Notifiers", Notifiers, layer, {
  list: (notifiers) => notifiers.list("app"),
  create: {
    send: (notifiers: NotifiersService) =>
      notifiers.create("app", {
        platform_id: "5982f145d48c3600273ef08a",
        active: true,
        name: "My Custom Webhook",
        type_data: { webhook_url: "https://myapp.fr/webhook/scalingo" }
      }),
    body: {
      notifier: {
        platform_id: "5982f145d48c3600273ef08a",
        active: true,
        name: "My Custom Webhook",
        type_data: { webhook_url: "https://myapp.fr/webhook/scalingo" }
      }
    },
    response: { status: 201, json: notifier },
    because: "the root key `notifiers` of the documented example is a slip; every client sends `notifier`"
  },
  find: (notifiers) => notifiers.get("app", "notifierId"),
  update: {
    send: (notifiers: NotifiersService) =>
      notifiers.update("app", "notifierId", {
        type_data: { webhook_url: "https://myendpoint.com" },
        active: false
      }),
    body: { notifier: { type_data: { webhook_url: "https://myendpoint.com" }, active: false } },
    response: { status: 200, json: notifier },
    because: "`active` is a boolean; the documented example, which is not JSON, has it as text"
  },
  test: (notifiers) => notifiers.test("app", "notifierId"),
  delete: (notifiers) => notifiers.delete("app", "notifierId")
})
