/**
 * axios, with one instance and connections that are kept open.
 */
import axios from "axios"
import { Agent } from "node:http"
import { callsOf, headersOf } from "./promises.mjs"

export { run, runOnce } from "./promises.mjs"

export const connect = (url) => {
  const client = axios.create({ baseURL: url, httpAgent: new Agent({ keepAlive: true }) })
  return callsOf(async (method, path, options) => {
    const response = await client.request({ method, url: path, headers: headersOf(options), data: options?.body })
    return response.data
  })
}
