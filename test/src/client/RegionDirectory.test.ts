import { RegionalApi } from "@effect-scalingo/core/ApiClient"
import { withRegion } from "@effect-scalingo/core/CurrentRegion"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type HttpRequest, json, pipeline, send } from "../fakePlatform.js"

describe("the URL of a region", () => {
  const regions = json({
    regions: [
      { name: "osc-fr1", api: "https://api.one.example", database_api: "https://db.one.example" },
      { name: "two", api: "https://api.two.example", database_api: "https://db.two.example" }
    ]
  })
  const over = <A, E>(sent: Array<HttpRequest>, effect: Effect.Effect<A, E, RegionalApi>) =>
    Effect.provide(
      effect,
      pipeline(sent, ({ url }) => url.pathname.endsWith("/regions") ? regions : json({}), {
        bearer: "bearer",
        authUrl: "https://auth.example.com"
      })
    )

  it.effect("is known without a request on Scalingo's own platform", () => {
    const sent: Array<HttpRequest> = []
    return Effect.gen(function*() {
      yield* send()
      yield* withRegion(send(), "osc-secnum-fr1")
      assert.deepStrictEqual(sent.map(({ url }) => url.host), [
        "api.osc-fr1.scalingo.com",
        "api.osc-secnum-fr1.scalingo.com"
      ])
    }).pipe(Effect.provide(pipeline(sent, () => json({}), { bearer: "bearer" })))
  })

  it.effect("is requested once on another platform, for all regions that effects choose", () => {
    const sent: Array<HttpRequest> = []
    return over(
      sent,
      Effect.gen(function*() {
        yield* Effect.all([send(), withRegion(send(), "two"), send()], { concurrency: "unbounded" })
        assert.deepStrictEqual(sent.map(({ url }) => url.host).sort(), [
          "api.one.example",
          "api.one.example",
          "api.two.example",
          "auth.example.com"
        ])
      })
    )
  })

  it.effect("is refused for an unknown region, with the names of the known ones", () =>
    over(
      [],
      Effect.gen(function*() {
        const error = yield* Effect.flip(withRegion(send(), "mars"))
        assert.strictEqual(error._tag, "InvalidRequest")
        if (error._tag !== "InvalidRequest") return
        assert.strictEqual(error.endpoint, "Test.call")
        assert.strictEqual(error.field, "region")
        assert.include(error.expected, "osc-fr1, two")
      })
    ))
})
