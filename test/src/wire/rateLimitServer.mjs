/**
 * A small Scalingo with a strict rate limit, in a process of its own: it counts arrivals with its own clock, and delays
 * each request before it counts it, as a network does. Refuses with 429 what is above its limit in any window.
 *
 * Started with a JSON object as its argument: `{ limit, window, maxDelay }`, in milliseconds. Prints its port. It ends
 * with its standard input, so it never outlives the test. `GET /report` returns what has arrived so far.
 */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"

const { limit, maxDelay, window } = JSON.parse(process.argv[2])

const endpoints = JSON.parse(readFileSync(new URL("../../fixtures/endpoints.json", import.meta.url), "utf8"))
const app = endpoints.find(({ name, resource }) => resource === "Apps" && name === "find").exampleResponse

/** Every arrival, oldest first, refused ones included. */
const arrivals = []
/** The latest requests that were not refused: never more than the limit. */
const allowed = []
let refusals = 0
/** When the first and the last request for each app arrived, in milliseconds since the first arrival. */
const apps = {}

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url")
const makeBearer = () => {
  const iat = Math.floor(Date.now() / 1000)
  return [base64({ alg: "none" }), base64({ iat, exp: iat + 3600 }), "signature"].join(".")
}

const maxInWindow = () => {
  let most = 0
  let from = 0
  for (let to = 0; to < arrivals.length; to++) {
    while (arrivals[from] <= arrivals[to] - window) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

const report = () => ({ arrivals: arrivals.length, refusals, maxInWindow: maxInWindow(), apps })

/** Counts an arrival. Returns how long the client has to wait when it is refused, otherwise 0. */
const arrive = (name) => {
  const now = performance.now()
  arrivals.push(now)
  const since = now - arrivals[0]
  const known = apps[name]
  apps[name] = { count: (known?.count ?? 0) + 1, first: known?.first ?? since, last: since }
  while (allowed[0] <= now - window) allowed.shift()
  if (allowed.length >= limit) {
    refusals++
    return allowed[0] + window - now
  }
  allowed.push(now)
  return 0
}

const json = (response, status, value, headers = {}) => {
  response.writeHead(status, { "content-type": "application/json", ...headers })
  response.end(JSON.stringify(value))
}

const respond = (path, response) => {
  if (path === "/report") return json(response, 200, report())
  setTimeout(() => {
    const name = path.startsWith("/v1/apps/") ? path.slice("/v1/apps/".length) : path
    const wait = arrive(name)
    if (wait > 0) json(response, 429, { error: "too many requests" }, { "retry-after": String(Math.ceil(wait / 1000)) })
    else if (path === "/v1/tokens/exchange") json(response, 200, { token: makeBearer() })
    else if (path.startsWith("/v1/apps/")) json(response, 200, app)
    else json(response, 404, { error: "not found" })
  }, Math.random() * maxDelay)
}

const server = createServer((request, response) => {
  request.resume()
  request.on("end", () => respond(new URL(request.url, "http://127.0.0.1").pathname, response))
})
server.listen(0, "127.0.0.1", () => console.log(server.address().port))
process.stdin.resume()
process.stdin.on("close", () => process.exit())
