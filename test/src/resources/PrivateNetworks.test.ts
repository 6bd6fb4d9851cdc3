import { type ApiRequest, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as PrivateNetworks from "@effect-scalingo/core/PrivateNetworks"
import { type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { type Answer, answering } from "./answering.js"

type Reply = (request: ApiRequest<unknown>) => Answer | ScalingoError

describe("private networks", () => {
  const networks = (reply: Reply) => {
    const { api, requests } = answering(reply)
    return Effect.map(PrivateNetworks.PrivateNetworks, (service) => ({ service, requests })).pipe(
      Effect.provide(PrivateNetworks.layer.pipe(Layer.provide(Layer.succeed(RegionalApi, api))))
    )
  }

  const page = (number: number) => ({
    body: {
      domain_names: {
        data: [`${number}.web`],
        meta: {
          current_page: number,
          prev_page: Math.max(1, number - 1),
          next_page: Math.min(3, number + 1),
          total_pages: 3,
          total_count: 3,
          per_page: 1
        }
      }
    }
  })

  it.effect("names are walked over their pages", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* networks(({ query }) => page(Number(query?.["page"])))
      const names = yield* Stream.runCollect(service.listDomainNames("my-app", { perPage: 1 }))
      assert.deepStrictEqual([...names], ["1.web", "2.web", "3.web"])
      assert.deepStrictEqual(requests.map(({ query }) => query?.["per_page"]), [1, 1, 1])
    }))

  it.effect("names may come without pages", () =>
    Effect.gen(function*() {
      const { service } = yield* networks(() => ({ body: { domain_names: ["1.web", "2.web"] } }))
      assert.deepStrictEqual([...yield* Stream.runCollect(service.listDomainNames("my-app"))], ["1.web", "2.web"])
    }))

  it.effect("a page has 1 to 50 names", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* networks(() => page(1))
      for (const perPage of [0, 51, 1.5]) {
        const error = yield* Effect.flip(service.listDomainNamesPage("my-app", { perPage }))
        assert.strictEqual(error._tag === "InvalidRequest" ? error.field : error._tag, "perPage")
        const walk = yield* Effect.flip(Stream.runDrain(service.listDomainNames("my-app", { perPage })))
        assert.strictEqual(walk._tag, "InvalidRequest")
      }
      assert.strictEqual(requests.length, 0)
    }))
})
