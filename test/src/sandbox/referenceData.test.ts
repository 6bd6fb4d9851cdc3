import { ContainerSize } from "@effect-scalingo/core/ContainerSizes"
import { EventCategory } from "@effect-scalingo/core/EventCategories"
import { EventType } from "@effect-scalingo/core/EventTypes"
import { Metric } from "@effect-scalingo/core/Metrics"
import { NotificationPlatform } from "@effect-scalingo/core/NotificationPlatforms"
import { ReferralStats } from "@effect-scalingo/core/Referral"
import { Stack } from "@effect-scalingo/core/Stacks"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, listOf, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const open = (path: string) =>
  Effect.flatMap(Sandbox.Sandbox, (sandbox) => sendTo("GET", `${sandbox.urls.api("osc-fr1")}${path}`))

describe("sandbox: reference data", () => {
  it.effect("container sizes, metrics, stacks, event types", () =>
    Effect.gen(function*() {
      const sizes = yield* decodeListAt(ContainerSize, yield* open("/features/container_sizes"), "container_sizes")
      assert.deepStrictEqual(sizes.map((size) => size.name), ["S", "M", "L", "XL", "2XL", "3XL"])
      assert.strictEqual((yield* open("/features/container_sizes?app_id=example-app")).status, 200)
      assert.strictEqual((yield* open("/features/container_sizes?app_id=none")).status, 404)

      const metrics = yield* decodeListAt(Metric, yield* open("/features/metrics"), "metrics")
      assert.include(metrics.map((metric) => metric.id), "rpm_per_container")
      const stacks = yield* decodeListAt(Stack, yield* open("/features/stacks"), "stacks")
      assert.deepStrictEqual(stacks.filter((stack) => stack.default).map((stack) => stack.id), ["st-scalingo-26"])

      const categories = yield* decodeListAt(EventCategory, yield* open("/event_categories"), "event_categories")
      const types = yield* decodeListAt(EventType, yield* open("/event_types"), "event_types")
      const known = new Set(categories.map((category) => category.id))
      assert.isTrue(types.every((type) => known.has(type.category_id)))
    }).pipe(withSandbox()))

  it.effect("notification platforms", () =>
    Effect.gen(function*() {
      const path = "/notification_platforms"
      const platforms = yield* decodeListAt(NotificationPlatform, yield* open(path), "notification_platforms")
      assert.deepStrictEqual(platforms.map((it) => it.name), ["slack", "webhook", "email", "rocket_chat"])
      const one = yield* decodeAt(
        NotificationPlatform,
        yield* open(`${path}/${platforms[0]?.id}`),
        "notification_platform"
      )
      assert.strictEqual(one.name, "slack")
      assert.strictEqual((yield* open(`${path}/none`)).status, 404)
      const found = listOf(yield* open(`${path}/search?name=webhook`), "notification_platforms")
      assert.deepStrictEqual(found.map((it) => it["name"]), ["webhook"])
      assert.deepStrictEqual(listOf(yield* open(`${path}/search?name=pigeon`), "notification_platforms"), [])
      assert.strictEqual((yield* open(`${path}/search`)).status, 400)
    }).pipe(withSandbox()))

  it.effect("referrals, with a bearer", () =>
    Effect.gen(function*() {
      yield* decodeAt(ReferralStats, yield* api("GET", "/account/referrals/stats"), "referral_stats")
      assert.strictEqual((yield* open("/account/referrals/stats")).status, 401)
    }).pipe(withSandbox()))
})
