/**
 * Consents to the access of the platform operators to the data of an app.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findApp } from "../access.js"
import { type Consent, consentOf, renderConsent, setConsent } from "../dataAccessConsents.js"
import { day } from "../durations.js"
import { record } from "../events.js"
import { Instant } from "../inputSchemas.js"
import type { App } from "../models.js"
import { empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { iso } from "../state.js"

const Input = Schema.Struct({ databases_until: nullish(Instant), containers_until: nullish(Instant) })

const maxDuration = 30 * day

/** Reads the end of the access: within the next thirty days, or none. */
const readEnd = (
  call: Call,
  field: keyof typeof Input.Type,
  text: string | null | undefined
): Effect.Effect<number | null, Refusal> => {
  if (text === null || text === undefined) return Effect.succeed(null)
  const at = Date.parse(text)
  return at <= call.now
    ? invalid({ [field]: ["must be in the future"] })
    : at > call.now + maxDuration
    ? invalid({ [field]: ["must be at most 30 days ahead"] })
    : Effect.succeed(at)
}

const existing = (call: Call, app: App): Effect.Effect<Consent, Refusal> => {
  const consent = consentOf(call.state, app)
  return consent === undefined ? notFound("data_access_consent") : Effect.succeed(consent)
}

export const dataAccessConsents: ReadonlyArray<Route> = [
  regional.post("/apps/:app/data_access_consent", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const input = yield* call.input("data_access_consent", Input)
      const consent: Consent = {
        appId: app.id,
        accountId: call.account.id,
        databasesUntil: yield* readEnd(call, "databases_until", input.databases_until),
        containersUntil: yield* readEnd(call, "containers_until", input.containers_until)
      }
      setConsent(call.state, app, consent)
      record(call.state, {
        type: "create_data_access_consent",
        user: call.account,
        app,
        data: {
          end_at: iso(Math.max(consent.databasesUntil ?? call.now, consent.containersUntil ?? call.now)),
          databases: consent.databasesUntil !== null,
          containers: consent.containersUntil !== null,
          remote_ip: "127.0.0.1"
        }
      })
      return json({ data_access_consent: renderConsent(consent) }, 201)
    })),

  regional.patch("/apps/:app/data_access_consent", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const known = yield* existing(call, app)
      const input = yield* call.input("data_access_consent", Input)
      const consent: Consent = {
        ...known,
        databasesUntil: input.databases_until === undefined
          ? known.databasesUntil
          : yield* readEnd(call, "databases_until", input.databases_until),
        containersUntil: input.containers_until === undefined
          ? known.containersUntil
          : yield* readEnd(call, "containers_until", input.containers_until)
      }
      setConsent(call.state, app, consent)
      return json({ data_access_consent: renderConsent(consent) })
    })),

  regional.delete("/apps/:app/data_access_consent", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      yield* existing(call, app)
      setConsent(call.state, app, undefined)
      return empty()
    }))
]
