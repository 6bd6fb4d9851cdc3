/** Runs the program with the core package: `core.mjs <authUrl> <apiToken>`. */
import { Effect } from "effect"
import { overFetch } from "./program.mjs"

const [authUrl, apiToken] = globalThis.Deno?.args ?? process.argv.slice(2)
console.log(JSON.stringify(await Effect.runPromise(overFetch(authUrl, apiToken))))
