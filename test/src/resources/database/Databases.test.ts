import { type ApiRequest, DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import * as Databases from "@effect-scalingo/core/Databases"
import { type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { type Context, DateTime, Effect, Fiber, Layer, TestClock } from "effect"
import { type Answer, answering } from "../answering.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

/** A service over a database API that answers by `answer`; `requests` and `refs` say what it was asked. */
const over = <I, S>(
  tag: Context.Tag<I, S>,
  layer: Layer.Layer<I, never, DatabaseApi>,
  answer: Answer | ((request: ApiRequest<unknown>) => Answer | ScalingoError)
) => {
  const { api, requests } = answering(typeof answer === "function" ? answer : () => answer)
  const refs: Array<DatabaseRef> = []
  const database = Layer.succeed(DatabaseApi, {
    request: (database, request) => {
      refs.push(database)
      return api.request(request)
    }
  })
  return Effect.map(tag, (service) => ({ service, requests, refs })).pipe(
    Effect.provide(layer.pipe(Layer.provide(database)))
  )
}

const databases = (answer: Parameters<typeof over>[2]) => over(Databases.Databases, Databases.layer, answer)

describe("a database", () => {
  const operation = (status: string) => ({
    id: "op-1",
    type: "upgrade",
    status,
    created_at: "2021-05-04T13:02:30.498+02:00",
    finished_at: null,
    error: status === "error" ? "disk full" : null
  })

  it.effect("a restoration is named in each of the forms of its answer", () =>
    Effect.gen(function*() {
      const at = DateTime.unsafeMake("2019-07-18T23:00:00Z")
      const byId = yield* databases({ body: { operation_id: "op-1" } })
      assert.deepStrictEqual(yield* byId.service.pitrRestore(ref, at), { operation_id: "op-1", operation: null })
      const { created_at, id, status, type } = operation("pending")
      const whole = yield* databases({ body: { operation: { created_at, id, status, type } } })
      const result = yield* whole.service.pitrRestore(ref, at)
      assert.strictEqual(result.operation_id, "op-1")
      assert.strictEqual(result.operation?.error, null)
      const neither = yield* databases({ body: {} })
      assert.strictEqual((yield* Effect.flip(neither.service.pitrRestore(ref, at)))._tag, "DecodeError")
    }))

  it.effect("hours and days are checked before anything is sent", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* databases({ body: {} })
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
      assert.strictEqual(requests.length, 0)
    }))

  it.effect("an operation is awaited to its end", () =>
    Effect.gen(function*() {
      let looks = 0
      const { service } = yield* databases(() => ({
        body: { operation: operation(++looks < 4 ? "running" : "finished") }
      }))
      const waiting = yield* Effect.fork(service.awaitOperation(ref, "op-1"))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(waiting)).status, "finished")
      assert.strictEqual(looks, 4)
    }))

  it.effect("an operation that fails says why", () =>
    Effect.gen(function*() {
      const { service } = yield* databases({ body: { operation: operation("error") } })
      const error = yield* Effect.flip(service.awaitOperation(ref, "op-1"))
      assert.strictEqual(error._tag, "DatabaseOperationFailed")
      assert.include(error.message, "disk full")
    }))

  it.effect("the certificate is text", () =>
    Effect.gen(function*() {
      const { service } = yield* databases({ body: "-----BEGIN CERTIFICATE-----" })
      assert.include(yield* service.caCertificate(ref), "BEGIN CERTIFICATE")
    }))

  it.effect("an empty answer to a ping is one", () =>
    Effect.gen(function*() {
      const { service } = yield* databases({})
      assert.strictEqual(yield* service.ping(ref), null)
    }))
})
