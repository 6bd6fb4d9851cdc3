import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { Databases, layer } from "@effect-scalingo/core/Databases"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, TestClock } from "effect"
import { fakeService, json, type RespondCall } from "../../fakePlatform.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

const databases = (respond: RespondCall) => fakeService(Databases, layer, respond)

const operation = (status: string) => ({
  id: "op-1",
  type: "upgrade",
  status,
  created_at: "2021-05-04T13:02:30.498+02:00",
  finished_at: null,
  error: status === "error" ? "disk full" : null
})

describe("Databases", () => {
  it.effect("returns the operation of a restoration for every form of the response", () =>
    Effect.gen(function*() {
      const at = DateTime.unsafeMake("2019-07-18T23:00:00Z")
      const byId = yield* databases(() => json({ operation_id: "op-1" }))
      assert.deepStrictEqual(yield* byId.service.pitrRestore(ref, at), { operation_id: "op-1", operation: null })
      const { created_at, id, status, type } = operation("pending")
      const whole = yield* databases(() => json({ operation: { created_at, id, status, type } }))
      const result = yield* whole.service.pitrRestore(ref, at)
      assert.strictEqual(result.operation_id, "op-1")
      assert.deepInclude(result.operation, { id: "op-1", status: "pending" })
      const neither = yield* databases(() => json({}))
      assert.strictEqual((yield* Effect.flip(neither.service.pitrRestore(ref, at)))._tag, "DecodeError")
    }))

  it.effect("refuses invalid hours, days and features before anything is sent", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* databases(() => json({}))
      const errors = yield* Effect.all([
        Effect.flip(service.update(ref, { periodic_backups_scheduled_at: 24 })),
        Effect.flip(service.update(ref, { maintenance_window: { weekday_utc: 7, starting_hour_utc: 0 } })),
        Effect.flip(service.enableFeature(ref, "")),
        Effect.flip(service.disableFeature(ref, ""))
      ])
      assert.deepStrictEqual(
        errors.map((error) => error._tag === "InvalidRequest" ? error.field : error._tag),
        [
          "database.periodic_backups_scheduled_at",
          "database.maintenance_window.weekday_utc",
          "feature.name",
          "feature"
        ]
      )
      assert.strictEqual(sent.length, 0)
    }))

  it.effect("waits for the end of an operation", () =>
    Effect.gen(function*() {
      let looks = 0
      const { service } = yield* databases(() => json({ operation: operation(++looks < 4 ? "running" : "finished") }))
      const waiting = yield* Effect.fork(service.awaitOperation(ref, "op-1"))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(waiting)).status, "finished")
      assert.strictEqual(looks, 4)
    }))

  it.effect("fails with the reason of an operation that fails", () =>
    Effect.gen(function*() {
      const { service } = yield* databases(() => json({ operation: operation("error") }))
      const error = yield* Effect.flip(service.awaitOperation(ref, "op-1"))
      assert.strictEqual(error._tag, "DatabaseOperationFailed")
      assert.include(error.message, "disk full")
    }))

  it.effect("returns the certificate as text", () =>
    Effect.gen(function*() {
      const { service } = yield* databases(() => ({ text: "-----BEGIN CERTIFICATE-----" }))
      assert.include(yield* service.caCertificate(ref), "BEGIN CERTIFICATE")
    }))

  it.effect("accepts an empty response to a ping", () =>
    Effect.gen(function*() {
      const { service } = yield* databases(() => ({}))
      assert.strictEqual(yield* service.ping(ref), null)
    }))
})
