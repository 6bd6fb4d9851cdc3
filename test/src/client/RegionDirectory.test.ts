import { RegionalApi } from "@effect-scalingo/core/ApiClient"
import { withRegion } from "@effect-scalingo/core/CurrentRegion"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { json, pipeline, request, type Seen } from "./support.js"

describe("the region", () => {
  const regions = json({
    regions: [
      { name: "osc-fr1", api: "https://api.one.example", database_api: "https://db.one.example" },
      { name: "two", api: "https://api.two.example", database_api: "https://db.two.example" }
    ]
  })
  const over = <A, E>(seen: Array<Seen>, effect: Effect.Effect<A, E, RegionalApi>) =>
    Effect.provide(
      effect,
      pipeline(seen, ({ url }) => url.pathname.endsWith("/regions") ? regions : json({}), {
        bearer: "bearer",
        authUrl: "https://auth.example.com"
      })
    )

  it.effect("is known by its name on the platform itself, without asking", () => {
    const seen: Array<Seen> = []
    return Effect.gen(function*() {
      yield* request()
      yield* withRegion(request(), "osc-secnum-fr1")
      assert.deepStrictEqual(seen.map(({ url }) => url.host), [
        "api.osc-fr1.scalingo.com",
        "api.osc-secnum-fr1.scalingo.com"
      ])
    }).pipe(Effect.provide(pipeline(seen, () => json({}), { bearer: "bearer" })))
  })

  it.effect("is asked for once elsewhere, and chosen by each effect", () => {
    const seen: Array<Seen> = []
    return over(
      seen,
      Effect.gen(function*() {
        yield* Effect.all([request(), withRegion(request(), "two"), request()], { concurrency: "unbounded" })
        assert.deepStrictEqual(seen.map(({ url }) => url.host).sort(), [
          "api.one.example",
          "api.one.example",
          "api.two.example",
          "auth.example.com"
        ])
      })
    )
  })

  it.effect("that does not exist is refused with the names of those that do", () =>
    over(
      [],
      Effect.gen(function*() {
        const error = yield* Effect.flip(withRegion(request(), "mars"))
        assert.strictEqual(error._tag, "InvalidRequest")
        if (error._tag !== "InvalidRequest") return
        assert.strictEqual(error.endpoint, "Test.call")
        assert.strictEqual(error.field, "region")
        assert.include(error.expected, "osc-fr1, two")
      })
    ))
})
