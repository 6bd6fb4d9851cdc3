/**
 * The global `fetch`.
 */
import { callsOf, headersOf } from "./promises.mjs"

export { run, runOnce } from "./promises.mjs"

export const connect = (url) =>
  callsOf(async (method, path, options) => {
    const response = await fetch(url + path, { method, headers: headersOf(options), body: options?.body })
    if (!response.ok) throw new Error(`${response.status}`)
    return response.json()
  })
