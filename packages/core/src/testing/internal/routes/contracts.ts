/**
 * Contracts: two versions of the terms of service, and the contract for health data, which depends on the terms.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { oneOf } from "../inputSchemas.js"
import type { Account } from "../models.js"
import { invalid, json, notFound, type Refusal } from "../responses.js"
import { auth, type Call, type Route } from "../route.js"
import { iso, type State, statePart } from "../state.js"

interface Contract {
  readonly id: string
  readonly version: string
  readonly slug: string
  readonly name: { readonly en: string; readonly fr: string }
  readonly short: { readonly en: string; readonly fr: string }
  readonly requiredFor: ReadonlyArray<"platform" | "hds">
  readonly publishedAt: string
  readonly nextId: string | null
  readonly dependsOnId: string | null
}

const terms = {
  slug: "tos",
  name: { en: "Terms of Service", fr: "Conditions générales d'utilisation" },
  short: { en: "ToS", fr: "CGU" },
  requiredFor: ["platform"] as const,
  dependsOnId: null
}

const [firstTerms, latestTerms, health]: readonly [Contract, Contract, Contract] = [
  {
    ...terms,
    id: "8f6f2d3c-6c0e-4a61-9f55-2b6d0b8c1a01",
    version: "1.0",
    publishedAt: "2019-01-15T00:00:00.000Z",
    nextId: "8f6f2d3c-6c0e-4a61-9f55-2b6d0b8c1a02"
  },
  {
    ...terms,
    id: "8f6f2d3c-6c0e-4a61-9f55-2b6d0b8c1a02",
    version: "2.0",
    publishedAt: "2023-06-01T00:00:00.000Z",
    nextId: null
  },
  {
    id: "8f6f2d3c-6c0e-4a61-9f55-2b6d0b8c1a03",
    version: "1.1",
    slug: "hds",
    name: { en: "Health Data Hosting", fr: "Hébergement de données de santé" },
    short: { en: "HDS", fr: "HDS" },
    requiredFor: ["hds"],
    publishedAt: "2022-03-01T00:00:00.000Z",
    nextId: null,
    dependsOnId: "8f6f2d3c-6c0e-4a61-9f55-2b6d0b8c1a02"
  }
]

interface Acceptance {
  readonly on: number
  readonly locale: string
}

/** By the ids `<account>/<contract>`. */
const acceptances = statePart(() => new Map<string, Acceptance>())

/** Every account accepted the first terms at its creation. */
const acceptanceOf = (state: State, account: Account, contract: Contract): Acceptance | undefined =>
  contract === firstTerms
    ? { on: account.createdAt, locale: "en" }
    : acceptances(state).get(`${account.id}/${contract.id}`)

const inBoth = (path: (locale: "en" | "fr") => string) => ({ en: path("en"), fr: path("fr") })

const render = (state: State, account: Account, contract: Contract) => {
  const accepted = acceptanceOf(state, account, contract)
  const web = inBoth((locale) => `https://scalingo.com/${locale}/contracts/${contract.slug}-${contract.version}`)
  return {
    id: contract.id,
    version: contract.version,
    latest: contract.nextId === null,
    required_for: contract.requiredFor,
    enroll_at: null,
    next_version_id: contract.nextId,
    depends_on_id: contract.dependsOnId,
    documents: [{
      name: contract.name,
      short: contract.short,
      web,
      pdf: inBoth((locale) => `${web[locale]}.pdf`)
    }],
    name: contract.name,
    short: contract.short,
    blog_article: null,
    published_at: contract.publishedAt,
    accepted: accepted === undefined ? null : { on: iso(accepted.on), locale: accepted.locale },
    refused: null
  }
}

const findContract = (call: Call): Effect.Effect<Contract, Refusal> => {
  const contract = [firstTerms, latestTerms, health].find((it) => it.id === call.param("contractId"))
  return contract === undefined ? notFound("contract") : Effect.succeed(contract)
}

const list = (contracts: ReadonlyArray<Contract>) => (call: Call) =>
  json({ contracts: contracts.map((it) => render(call.state, call.account, it)) })

export const contracts: ReadonlyArray<Route> = [
  auth.get("/contracts", list([latestTerms, health])),
  auth.get("/contracts/history", list([firstTerms])),

  auth.get(
    "/contracts/:contractId",
    (call) => Effect.map(findContract(call), (it) => json({ contract: render(call.state, call.account, it) }))
  ),

  auth.post("/contracts/:contractId/accept", (call) =>
    Effect.gen(function*() {
      const contract = yield* findContract(call)
      const { locale } = yield* call.input(undefined, Schema.Struct({ locale: oneOf(["en", "fr"]) }))
      if (contract.nextId !== null) return yield* invalid({ contract: ["is not the latest version"] })
      const needed = [latestTerms].find((it) => it.id === contract.dependsOnId)
      if (needed !== undefined && acceptanceOf(call.state, call.account, needed) === undefined) {
        return yield* invalid({ depends_on_id: ["has not been accepted"] })
      }
      if (acceptanceOf(call.state, call.account, contract) === undefined) {
        acceptances(call.state).set(`${call.account.id}/${contract.id}`, { on: call.now, locale })
      }
      return json({ contract: render(call.state, call.account, contract) })
    }))
]
