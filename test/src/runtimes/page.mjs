/** Runs the program in a page: `/?authUrl=…&apiToken=…`. The result is the text of the page. */
import { Effect } from "effect"
import { overFetch } from "./program.mjs"

const parameters = new URLSearchParams(location.search)
try {
  const result = await Effect.runPromise(overFetch(parameters.get("authUrl"), parameters.get("apiToken")))
  document.body.textContent = JSON.stringify(result)
} catch (error) {
  document.body.textContent = String(error)
}
// The page has loaded when its last image has, and that one waits for this request.
await fetch("/done")
