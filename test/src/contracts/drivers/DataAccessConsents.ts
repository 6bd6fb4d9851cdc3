import { DataAccessConsents, type DataAccessConsentsService, layer } from "@effect-scalingo/core/DataAccessConsents"
import { DateTime } from "effect"
import { driver } from "../driver.js"

const until = DateTime.unsafeMake("2022-07-06T00:00:00.000+00:00")

const consent = {
  data_access_consent: {
    app_id: "ap-82a3cac5-9b25-473e-b33d-6272b87e636e",
    user_id: "us-8ba226e5-93e0-4545-8363-9c16b2d68d67",
    databases_until: null,
    containers_until: "2022-07-06T00:00:00.000+00:00"
  }
}

export default driver("DataAccessConsents", DataAccessConsents, layer, {
  create: {
    send: (consents: DataAccessConsentsService) =>
      consents.create("app", { databases_until: until, containers_until: until }),
    body: {
      data_access_consent: {
        databases_until: "2022-07-06T00:00:00.000Z",
        containers_until: "2022-07-06T00:00:00.000Z"
      }
    },
    because: "dates are sent with Z, the same instant as the +00:00 of the example"
  },
  update: {
    send: (consents: DataAccessConsentsService) =>
      consents.update("app", { databases_until: null, containers_until: until }),
    body: { data_access_consent: { databases_until: null, containers_until: "2022-07-06T00:00:00.000Z" } },
    response: { status: 200, json: consent }
  },
  delete: (consents) => consents.delete("app")
})
