import { type ApiRequest, DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import * as TypeVersions from "@effect-scalingo/core/DatabaseTypeVersions"
import { type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { type Context, Effect, Layer } from "effect"
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

describe("the versions of a database type", () => {
  it.effect("the next version is known by its id", () =>
    Effect.gen(function*() {
      const version = {
        id: "v-1",
        database_type_id: "t-1",
        created_at: "2020-07-29T15:41:14.326+02:00",
        updated_at: "2020-07-29T15:41:14.326+02:00",
        features: [],
        allowed_plugins: ["postgis"],
        major: 4,
        minor: 0,
        patch: 19,
        build: 1
      }
      for (const next_upgrade of ["v-2", { ...version, id: "v-2", next_upgrade: null }, { id: "v-2" }]) {
        const { service } = yield* over(TypeVersions.DatabaseTypeVersions, TypeVersions.layer, {
          body: { database_type_version: { ...version, next_upgrade } }
        })
        assert.strictEqual((yield* service.get(ref, "v-1")).next_upgrade?.id, "v-2")
      }
    }))
})
