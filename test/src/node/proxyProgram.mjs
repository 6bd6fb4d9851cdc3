/** One request of the built packages to a server: `proxyProgram.mjs <url>`. */
import { RegionalApi } from "@effect-scalingo/core/ApiClient"
import { anyJson } from "@effect-scalingo/core/ResponseDecoder"
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import { Effect, Layer, Redacted } from "effect"

const [url] = process.argv.slice(2)
const live = Layer.provide(
  Scalingo.layerBearer({
    bearer: Redacted.make("the-bearer"),
    region: "osc-fr1",
    authUrl: url,
    apiUrl: url,
    retryPolicy: { maxRetries: 0 }
  }),
  NodeScalingo.layerHttpClient
)
const program = Effect.flatMap(
  RegionalApi,
  (api) => api.request({ name: "Test.call", method: "GET", path: "/fine", decoder: anyJson })
)
const outcome = await Effect.runPromise(Effect.either(Effect.provide(program, live)))
console.log(outcome._tag === "Right" ? JSON.stringify(outcome.right) : `${outcome.left} ${outcome.left.code}`)
