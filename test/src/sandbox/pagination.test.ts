import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { api, at, listOf, Sandbox, Seed, withSandbox } from "./sandboxClient.js"

const walk = (path: string) =>
  Effect.gen(function*() {
    const pages: Array<unknown> = []
    const ids = new Set<unknown>()
    let page = 1
    for (;;) {
      const response = yield* api("GET", `${path}${path.includes("?") ? "&" : "?"}page=${page}`)
      for (const event of listOf(response, "events")) ids.add(event.id)
      const { current_page, next_page } = at(response, "meta.pagination") as {
        current_page: number
        next_page: unknown
      }
      pages.push(next_page)
      if (typeof next_page !== "number" || next_page <= current_page) break
      page = next_page
    }
    return { pages, ids }
  })

const fleet: Seed.Seed = { accounts: [{ username: "ops" }], apps: Seed.fleet({ count: 3 }), events: 250 }

describe("sandbox: pagination", () => {
  it.effect("has 20 items a page, and null at the end", () =>
    Effect.gen(function*() {
      const first = yield* api("GET", "/events")
      assert.strictEqual(listOf(first, "events").length, 20)
      assert.deepStrictEqual(at(first, "meta.pagination"), {
        current_page: 1,
        prev_page: null,
        next_page: 2,
        total_pages: 13,
        total_count: 253
      })
      const { ids, pages } = yield* walk("/events")
      assert.strictEqual(ids.size, 253)
      assert.deepStrictEqual(pages.slice(-2), [13, null])
    }).pipe(withSandbox(fleet)))

  it.effect("has at most 100 items a page; a page beyond the end is empty", () =>
    Effect.gen(function*() {
      const big = yield* api("GET", "/events?per_page=1000")
      assert.strictEqual(listOf(big, "events").length, 100)
      assert.strictEqual(at(big, "meta.pagination.total_pages"), 3)
      const beyond = yield* api("GET", "/events?per_page=100&page=9")
      assert.deepStrictEqual(listOf(beyond, "events"), [])
      assert.strictEqual(at(beyond, "meta.pagination.current_page"), 9)
    }).pipe(withSandbox(fleet)))

  it.effect("clamps like the platform's own paginator with that option", () =>
    Effect.gen(function*() {
      const { ids, pages } = yield* walk("/events?per_page=100")
      assert.strictEqual(ids.size, 253)
      assert.deepStrictEqual(pages, [2, 3, 3])
      const empty = yield* api("GET", "/apps/app-001/deployments?page=1&per_page=10")
      assert.strictEqual(at(empty, "meta.pagination.next_page"), 1)
      assert.strictEqual(at(empty, "meta.pagination.prev_page"), 1)
      assert.strictEqual(at(empty, "meta.pagination.per_page"), 10)
    }).pipe(withSandbox(fleet, { lastPage: "clamp" })))

  it.effect("paginates the events of an app, and of the last hours", () =>
    Effect.gen(function*() {
      const all = yield* api("GET", "/apps/app-001/events?per_page=100")
      assert.isTrue(listOf(all, "events").every((event) => event.app_name === "app-001"))
      const id = at(all, "events.3.id")
      assert.strictEqual(at(yield* api("GET", `/apps/app-001/events/${id}`), "event.id"), id)
      assert.strictEqual((yield* api("GET", "/apps/app-001/events/nope")).status, 404)

      const recent = listOf(yield* api("GET", "/events?from=1"), "events")
      // One event a minute, and the creations of three apps.
      assert.strictEqual(recent.length, 59 + 3)
      assert.strictEqual((yield* api("GET", "/events?from=73")).status, 400)
      assert.strictEqual((yield* api("GET", "/events?from=0")).status, 400)
      yield* TestClock.adjust("2 hours")
      assert.strictEqual(listOf(yield* api("GET", "/events?from=1"), "events").length, 0)
    }).pipe(withSandbox(fleet)))

  it.effect("seeds 120 apps and 5000 events", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      assert.strictEqual((yield* sandbox.apps).length, 120)
      assert.strictEqual(listOf(yield* api("GET", "/apps"), "apps").length, 120)
      assert.strictEqual(at(yield* api("GET", "/events"), "meta.pagination.total_count"), 5120)
    }).pipe(withSandbox({ accounts: [{ username: "ops" }], apps: { count: 120, prefix: "shop" }, events: 5000 })))
})
