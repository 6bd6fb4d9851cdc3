import { layer, Organizations } from "@effect-scalingo/core/Organizations"
import { driver } from "../driver.js"

export default driver("Organizations", Organizations, layer, {
  list: {
    send: (organizations) => organizations.list,
    response: {
      json: {
        organizations: [{
          id: "e8e2a4a5-21d0-4c4e-9c55-5d6a0b9d2f11",
          name: "Example",
          slug: "example",
          created_at: "2025-01-02T10:00:00.000Z",
          flags: { beta: false }
        }]
      }
    }
  }
})
