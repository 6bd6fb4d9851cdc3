import { Contracts, layer } from "@effect-scalingo/core/Contracts"
import { driver } from "../driver.js"

const localized = { en: "Terms of service", fr: "Conditions générales" }
const contract = {
  id: "ct-1",
  version: "2024-01",
  latest: true,
  required_for: ["platform"],
  enroll_at: null,
  next_version_id: null,
  depends_on_id: null,
  documents: [{
    name: localized,
    short: localized,
    web: { en: "https://scalingo.com/tos" },
    pdf: { fr: "https://scalingo.com/cgv.pdf" }
  }],
  name: localized,
  short: localized,
  blog_article: {},
  published_at: "2024-01-01T00:00:00.000Z",
  accepted: { on: "2024-01-02T10:00:00.000Z", locale: "fr" }
}

export default driver("Contracts", Contracts, layer, {
  list: { send: (contracts) => contracts.list, response: { json: { contracts: [contract] } } },
  history: {
    send: (contracts) => contracts.history,
    response: {
      json: {
        contracts: [{ ...contract, accepted: null, refused: { on: "2023-01-02T10:00:00.000Z", reason: "too long" } }]
      }
    }
  },
  find: { send: (contracts) => contracts.get("contractId"), response: { json: { contract } } },
  accept: {
    send: (contracts) => contracts.accept("contractId", { locale: "fr" }),
    body: { locale: "fr" },
    response: { json: { contract } }
  }
})
