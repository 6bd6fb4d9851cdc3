import { type ApiRequest, DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import * as Logs from "@effect-scalingo/core/DatabaseLogs"
import { type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { type Context, Effect, Layer, Redacted, Stream } from "effect"
import { inspect } from "node:util"
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

describe("the logs of a database", () => {
  it.effect("archives of logs are walked to the end, and their addresses are not shown", () =>
    Effect.gen(function*() {
      const archive = (name: string) => ({
        url: `https://archives.example.com/${name}?token=secret`,
        size: 98765,
        from: "Fri Mar 24 14:00:00 +0000 UTC 2017",
        to: "Sun Mar 26 14:00:00 +0000 UTC 2017"
      })
      const { requests, service } = yield* over(
        Logs.DatabaseLogs,
        Logs.layer,
        ({ query }) => ({
          body: query?.["cursor"] === undefined
            ? { next_cursor: "2", has_more: true, archives: [archive("a")] }
            : { next_cursor: "3", has_more: false, archives: [archive("b")] }
        })
      )
      const all = [...yield* Stream.runCollect(service.archives(ref))]
      assert.deepStrictEqual(all.map(({ url }) => Redacted.value(url).includes("/a?")), [true, false])
      assert.notInclude(inspect(all, { depth: null }), "secret")
      assert.deepStrictEqual(requests.map(({ query }) => query?.["cursor"]), [undefined, "2"])
    }))

  it.effect("the address of the logs is not shown", () =>
    Effect.gen(function*() {
      const { service } = yield* over(Logs.DatabaseLogs, Logs.layer, {
        body: { url: "https://logs.scalingo.com/apps/1/logs?token=secret" }
      })
      const url = yield* service.url(ref)
      assert.notInclude(inspect(url), "secret")
      assert.include(Redacted.value(url), "secret")
    }))
})
