/**
 * The reference: `Pool.request` of undici, text, `JSON.parse`, and no checks but the status.
 */
import { Pool } from "@effect/platform-node/Undici"
import { callsOf, headersOf } from "./promises.mjs"

export { run, runOnce } from "./promises.mjs"

export const connect = (url) => {
  const pool = new Pool(url)
  return callsOf(async (method, path, options) => {
    const { body, statusCode } = await pool.request({ method, path, headers: headersOf(options), body: options?.body })
    const text = await body.text()
    if (statusCode >= 400) throw new Error(`${statusCode}: ${text}`)
    return JSON.parse(text)
  })
}
