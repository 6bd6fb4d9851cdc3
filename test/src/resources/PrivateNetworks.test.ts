import { layer, PrivateNetworks } from "@effect-scalingo/core/PrivateNetworks"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { fakeService, json, type RespondCall } from "../fakePlatform.js"

const networks = (respond: RespondCall) => fakeService(PrivateNetworks, layer, respond)

const page = (number: number) =>
  json({
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
  })

describe("PrivateNetworks", () => {
  it.effect("lists the domain names of all pages", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* networks(({ query }) => page(Number(query["page"])))
      const names = yield* Stream.runCollect(service.listDomainNames("my-app", { perPage: 1 }))
      assert.deepStrictEqual([...names], ["1.web", "2.web", "3.web"])
      assert.deepStrictEqual(sent.map(({ query }) => query["per_page"]), [1, 1, 1])
    }))

  it.effect("lists domain names that come without pages", () =>
    Effect.gen(function*() {
      const { service } = yield* networks(() => json({ domain_names: ["1.web", "2.web"] }))
      assert.deepStrictEqual([...yield* Stream.runCollect(service.listDomainNames("my-app"))], ["1.web", "2.web"])
    }))

  it.effect("reads null as no domain names, unless there are some by the page", () =>
    Effect.gen(function*() {
      const meta = { current_page: 1, total_pages: 1, total_count: 0 }
      for (const body of [null, { data: null }, { data: null, meta: null }, { data: null, meta }, [], { data: [] }]) {
        const { service } = yield* networks(() => json({ domain_names: body }))
        const { items, pagination } = yield* service.listDomainNamesPage("my-app")
        assert.deepStrictEqual([items, pagination.total_count], [[], 0], JSON.stringify(body))
      }
      for (const body of [{ data: null, meta: { ...meta, total_count: 2 } }, {}, { meta }]) {
        const { service } = yield* networks(() => json({ domain_names: body }))
        const error = yield* Effect.flip(service.listDomainNamesPage("my-app"))
        assert.strictEqual(error._tag, "DecodeError", JSON.stringify(body))
      }
    }))

  it.effect("refuses pages of other than 1 to 50 names", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* networks(() => page(1))
      for (const perPage of [0, 51, 1.5]) {
        const error = yield* Effect.flip(service.listDomainNamesPage("my-app", { perPage }))
        assert.deepInclude(error, { _tag: "InvalidRequest", field: "perPage" })
        const walk = yield* Effect.flip(Stream.runDrain(service.listDomainNames("my-app", { perPage })))
        assert.strictEqual(walk._tag, "InvalidRequest")
      }
      assert.strictEqual(sent.length, 0)
    }))
})
