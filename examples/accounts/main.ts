/**
 * Prints the apps of two accounts: `SCALINGO_API_TOKEN_SHOP=… SCALINGO_API_TOKEN_AGENCY=… node examples/dist/accounts/main.js`
 */
import { NodeScalingo } from "@effect-scalingo/node"
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { Accounts, program } from "./Accounts.js"

const Live = Layer.provide(Accounts.Default, NodeScalingo.layerHttpClient)

program.pipe(Effect.flatMap(Effect.log), Effect.provide(Live), NodeRuntime.runMain)
