/**
 * The server of the benchmarks, in a process of its own. Headers and bodies are made once, so that it costs less than
 * the clients. The path begins with the number of apps of the account: `/20/v1/apps`, `/100/v1/apps`.
 */
import { createServer } from "node:http"
import { eventsPerPage, makeApp, makeApps, makeBearer, makeEvents, makePagination } from "./fixtures.mjs"

/** About as many headers as the platform sends. */
const headersOf = (body) => [
  "content-type",
  "application/json; charset=utf-8",
  "content-length",
  String(body.length),
  "cache-control",
  "max-age=0, private, must-revalidate",
  "etag",
  "W/\"0e6d8e465cd042a4acba372b2be605ac\"",
  "x-request-id",
  "0e6d8e46-5cd0-42a4-acba-372b2be605ac",
  "x-runtime",
  "0.042",
  "strict-transport-security",
  "max-age=31536000",
  "vary",
  "Origin"
]

const response = (value, status = 200) => {
  const body = Buffer.from(JSON.stringify(value))
  return { status, headers: headersOf(body), body }
}

const app = response({ app: makeApp(0) })
const created = response({ app: makeApp(0) }, 201)
const token = response({ token: makeBearer() })
const lists = { 20: response({ apps: makeApps(20) }), 100: response({ apps: makeApps(100) }) }
const notFound = response({ error: "not found" }, 404)

/** How many pages of events there are: of the account, and of an app, whose pages are made when they are asked for. */
const accountPages = 50
const appPages = 1000

const eventPage = (page, totalPages) =>
  response({ events: makeEvents(page), meta: { pagination: makePagination(page, totalPages) } })
const accountEvents = Array.from({ length: accountPages }, (_, index) => eventPage(index + 1, accountPages))

const pageOf = (url) => {
  const { searchParams } = new URL(url, "http://127.0.0.1")
  if (Number(searchParams.get("per_page")) !== eventsPerPage) throw new Error(`unexpected page size: ${url}`)
  return Number(searchParams.get("page") ?? 1)
}

const route = (method, url) => {
  const path = url.slice(url.indexOf("/", 1))
  if (method === "POST") return path === "/v1/apps" ? created : path === "/v1/tokens/exchange" ? token : notFound
  if (path === "/v1/apps/example-app") return app
  if (path === "/v1/apps") return lists[url.slice(1, url.indexOf("/", 1))] ?? notFound
  if (path.startsWith("/v1/events")) return accountEvents[pageOf(url) - 1] ?? notFound
  if (path.startsWith("/v1/apps/example-app/events")) return eventPage(pageOf(url), appPages)
  return notFound
}

const server = createServer((request, reply) => {
  const { body, headers, status } = route(request.method, request.url)
  const send = () => {
    reply.writeHead(status, headers)
    reply.end(body)
  }
  // A body is read to its end first.
  if (request.method === "POST") request.on("end", send).resume()
  else send()
})
// Longer than a client waits for its next turn: a closed connection would cost it a retry.
server.keepAliveTimeout = 15 * 60_000
server.listen(0, "127.0.0.1", () => process.send({ url: `http://127.0.0.1:${server.address().port}` }))
process.on("disconnect", () => process.exit())
