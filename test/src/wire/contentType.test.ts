/**
 * A body is JSON, whatever headers the caller adds.
 */
import { Apps } from "@effect-scalingo/core/Apps"
import { withHeaders } from "@effect-scalingo/core/RequestOptions"
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { createServer } from "node:http"
import { listen } from "../httpServer.js"

/** A server that refuses all bodies, and the content types that it gets. */
const platform = Effect.gen(function*() {
  const contentTypes: Array<string> = []
  const url = yield* listen(createServer((request, response) => {
    const { rawHeaders } = request
    contentTypes.push(...rawHeaders.filter((_, index) => /^content-type$/i.test(rawHeaders[index - 1] ?? "")))
    request.resume().on("end", () => {
      response.writeHead(422, { "content-type": "application/json" }).end(JSON.stringify({ errors: {} }))
    })
  }))
  return { url, contentTypes }
})

describe("the content type of a request", () => {
  const clients = { Node: NodeScalingo.layerHttpClient, fetch: FetchHttpClient.layer }
  for (const [name, client] of Object.entries(clients)) {
    it.scopedLive(`is that of its body, and stands there once, over ${name}`, () =>
      Effect.gen(function*() {
        const { contentTypes, url } = yield* platform
        const error = yield* Effect.flatMap(Apps, (apps) => apps.create({ name: "my-app" })).pipe(
          withHeaders({ "Content-Type": "text/plain" }),
          Effect.flip,
          Effect.provide(
            Scalingo.layerBearer({ bearer: Redacted.make("bearer"), apiUrl: url, region: "osc-fr1" }).pipe(
              Layer.provide(client)
            )
          )
        )
        assert.strictEqual(error._tag, "Unprocessable")
        assert.deepStrictEqual(contentTypes, ["application/json"])
      }))
  }
})
