/** Runs the program with the package for Node: `node.mjs <authUrl> <apiToken>`. */
import { NodeScalingo } from "@effect-scalingo/node"
import { Effect, Redacted } from "effect"
import { program } from "./program.mjs"

const [authUrl, apiToken] = process.argv.slice(2)
const layer = NodeScalingo.layer({ apiToken: Redacted.make(apiToken), authUrl })
console.log(JSON.stringify(await Effect.runPromise(Effect.provide(program, layer))))
