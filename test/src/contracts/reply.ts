/**
 * Where the inventory's endpoints are, and what the platform answers there by its documentation.
 */
import type { InventoryEndpoint } from "./inventory.js"
import type { Reply, Sent } from "./recording.js"

const origins: Record<string, string> = {
  regional: "https://api.osc-fr1.scalingo.com/v1",
  auth: "https://auth.scalingo.com/v1",
  billing: "https://cashmachine.scalingo.com",
  database: "https://db-api.osc-fr1.scalingo.com/api"
}

/**
 * The address of an endpoint when every parameter of its path has its own name as its value. Endpoints whose path is
 * an address of its own are given one by their drivers.
 */
export const addressOf = (endpoint: InventoryEndpoint): string =>
  endpoint.pathIsFullUrl === true
    ? `https://signed.example.com/${endpoint.path.slice(1)}`
    : new URL(`${origins[endpoint.api] ?? "https://unknown.example.com"}${endpoint.path.replace(/:(\w+)/g, "$1")}`).href

/** What is answered instead of, or where there is none, the inventory's example. */
export interface Respond {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/** Answers as the inventory says that the platform does, for the page that was asked for. */
export const reply = (endpoint: InventoryEndpoint, respond: Respond = {}) => (sent: Sent): Reply => {
  const body = respond.body ?? endpoint.exampleResponse ?? undefined
  const paged = body === undefined ? body : withPage(structuredClone(body), Number(sent.query["page"] ?? 1))
  return {
    status: respond.status ?? endpoint.status,
    headers: {
      "content-type": "application/json",
      ...(endpoint.operation ? { location: "https://api.osc-fr1.scalingo.com/v1/apps/app/operations/op-1" } : {}),
      ...respond.headers
    },
    body: typeof paged === "string"
      ? paged
      : paged === undefined
      ? endpoint.exampleResponseText ?? ""
      : JSON.stringify(paged)
  }
}

const withPage = (body: unknown, page: number): unknown => {
  if (typeof body !== "object" || body === null || !("meta" in body)) return body
  const meta = body.meta
  if (typeof meta !== "object" || meta === null || !("pagination" in meta)) return body
  return { ...body, meta: { ...meta, pagination: { ...(meta.pagination as object), current_page: page } } }
}
