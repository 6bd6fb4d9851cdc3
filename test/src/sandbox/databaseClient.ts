/**
 * Raw requests to the database API of the sandbox.
 */
import { Effect, Redacted } from "effect"
import { api, at, listOf, Sandbox, type Seed, type Send, sendTo } from "./sandboxClient.js"

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

export interface Database {
  readonly app: string
  readonly addonId: string
  /** `/databases/ad-…` */
  readonly path: string
  readonly token: Redacted.Redacted
  readonly region: string
}

/** Gets a token for the first addon of an app; by default as the owner. */
export const open = (app = "example-app", options: { readonly as?: string; readonly region?: string } = {}) =>
  Effect.gen(function*() {
    const addonId = String(listOf(yield* api("GET", `/apps/${app}/addons`, options), "addons")[0]?.["id"])
    const response = yield* api("POST", `/apps/${app}/addons/${addonId}/token`, options)
    const database: Database = {
      app,
      addonId,
      path: `/databases/${addonId}`,
      token: Redacted.make(String(at(response, "addon.token"))),
      region: options.region ?? "osc-fr1"
    }
    return database
  })

/** Sends a request to the database API with the token of a database. */
export const db = (database: Database, method: Method, path: string, options: Send = {}) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    return yield* sendTo(method, `${sandbox.urls.database(options.region ?? database.region)}${path}`, {
      bearer: database.token,
      ...options
    })
  })

/** A seed with one app for each plan or provider, named after it. */
export const databasesSeed = (...addons: ReadonlyArray<string>): Seed.Seed => ({
  accounts: [{ username: "john" }],
  apps: addons.map((addon) => ({ name: `app-${addon}`, addons: [addon] }))
})

export const eventTypes = (app: string) =>
  Effect.flatMap(
    Sandbox.Sandbox,
    (sandbox) => Effect.map(sandbox.events(app), (events) => events.map((event) => event.type))
  )
