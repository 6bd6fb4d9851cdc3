import { layer, ProviderApps } from "@effect-scalingo/core/ProviderApps"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { type HttpRequest, json, pipeline, type RespondHttp } from "../fakePlatform.js"

const app = { addon_provider_id: "1234567890abcdef", app_id: "app-id-1", plan: "test" }

const details = {
  addon_provider_id: "1234567890abcdef",
  id: "app-id-1",
  name: "example-app",
  owner_email: "user@example.com",
  plan: "premium",
  config: { VARIABLE_NAME: "s3cret" }
}

const providerApps = (sent: Array<HttpRequest>, respond: RespondHttp) =>
  Layer.provide(layer, pipeline(sent, respond, { bearer: "bearer" }))

const provider = { username: "my-addon", password: Redacted.make("pass:word") }

describe("ProviderApps", () => {
  it.effect("are requested with the credentials of the provider", () =>
    Effect.gen(function*() {
      const sent: Array<HttpRequest> = []
      const platform = providerApps(sent, ({ path }) =>
        path.endsWith("/apps") ? json({ apps: [app] }) : json({ app: details }))
      yield* Effect.gen(function*() {
        const apps = yield* ProviderApps
        yield* apps.listPage({ provider })
        yield* apps.get("app-id-1", { provider })
        yield* apps.update("app-id-1", { config: { VARIABLE_NAME: Redacted.make("new") } }, { provider })
        yield* apps.get("app-id-1", { provider: { username: "my-addon", password: "pass:word" } })
      }).pipe(Effect.provide(platform))
      const expected = `Basic ${Buffer.from("my-addon:pass:word").toString("base64")}`
      assert.deepStrictEqual(
        sent.map(({ headers }) =>
          headers["authorization"]
        ),
        Array(4).fill(expected)
      )
      assert.deepStrictEqual(sent[2]?.body, { config: { VARIABLE_NAME: "new" } })
    }))

  it.effect("are listed without pages, as in the documented example, and with pages", () =>
    Effect.gen(function*() {
      const whole: Array<HttpRequest> = []
      const list = Effect.flatMap(ProviderApps, (apps) => Stream.runCollect(apps.list({ provider })))
      const all = yield* list.pipe(Effect.provide(providerApps(whole, () => json({ apps: [app, app] }))))
      assert.deepStrictEqual([all.length, whole.length], [2, 1])

      const pages: Array<HttpRequest> = []
      const paged = yield* list.pipe(Effect.provide(providerApps(pages, ({ query }) => {
        const page = Number(query["page"] ?? 1)
        const pagination = { current_page: page, next_page: page === 1 ? 2 : null, total_pages: 2, total_count: 2 }
        return json({ apps: [app], meta: { pagination } })
      })))
      assert.deepStrictEqual([paged.length, pages.length], [2, 2])
    }))

  it.effect("never show their variables", () =>
    Effect.gen(function*() {
      const read = yield* Effect.flatMap(ProviderApps, (apps) => apps.get("app-id-1", { provider })).pipe(
        Effect.provide(providerApps([], () => json({ app: details })))
      )
      assert.notInclude(JSON.stringify(read), "s3cret")
      assert.strictEqual(Redacted.value(read.config!["VARIABLE_NAME"]!), "s3cret")
    }))
})
