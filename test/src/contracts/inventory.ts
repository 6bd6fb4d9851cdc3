/**
 * The platform's endpoints by `fixtures/endpoints.json`, with their URLs, their documented responses and the calls that
 * send their requests.
 */
import endpoints from "../../fixtures/endpoints.json" with { type: "json" }
import type { FakeResponse, RespondHttp } from "../fakePlatform.js"
import type { Driver } from "./driver.js"

export interface InventoryEndpoint {
  readonly resource: string
  readonly name: string
  readonly api: string
  readonly method: string
  readonly altMethods: ReadonlyArray<string>
  readonly path: string
  readonly auth: string
  readonly query: ReadonlyArray<{ readonly name: string; readonly required: boolean }>
  readonly body: ReadonlyArray<{ readonly name: string; readonly required: boolean }>
  readonly status: number
  readonly responseRoot: string | null
  readonly responseEntity: string | null
  readonly collection: boolean
  readonly paginated: boolean
  readonly operation: boolean
  readonly exampleRequestBody: unknown
  readonly exampleResponse: unknown
  readonly exampleResponseText?: string
  readonly exampleRepaired?: boolean
  readonly examplePartial?: boolean
  readonly documented: boolean
  /** Frames of a WebSocket. */
  readonly messageExamples?: ReadonlyArray<{ readonly value: unknown }>
  /** The path stands for a whole URL, which another response contains. */
  readonly pathIsFullUrl?: boolean
  /** Parameters at the end of the path that can be left out. */
  readonly optionalPathParams?: ReadonlyArray<string>
}

export const inventory = endpoints as unknown as ReadonlyArray<InventoryEndpoint>

/** Dumps and streams of logs, the stream of deployments, terminals of one-off containers. */
export const isLive = (endpoint: InventoryEndpoint) => endpoint.api === "logs" || endpoint.api === "realtime"

/** Requests that the client does not send: those that an addon provider serves, and the link of the deploy button. */
export const isExternal = (endpoint: InventoryEndpoint) =>
  endpoint.api === "addonProvider" || endpoint.api === "dashboard"

const origins: { readonly [api: string]: string } = {
  regional: "https://api.osc-fr1.scalingo.com/v1",
  auth: "https://auth.scalingo.com/v1",
  billing: "https://cashmachine.scalingo.com",
  database: "https://db-api.osc-fr1.scalingo.com/api",
  logs: "https://logs.osc-fr1.scalingo.com",
  realtime: "https://deployments.scalingo.com"
}

/**
 * The URL of an endpoint when every path parameter has its own name as value. Endpoints whose path stands for a whole
 * URL get one from the responses of their drivers.
 */
export const urlOf = (endpoint: InventoryEndpoint): string =>
  endpoint.pathIsFullUrl === true
    ? `https://signed.example.com/${endpoint.path.slice(1)}`
    : new URL(`${origins[endpoint.api] ?? "https://unknown.example.com"}${endpoint.path.replace(/:(\w+)/g, "$1")}`).href

/** Responds as documented, for the page that is asked for. `response` replaces parts of the documented response. */
export const respondAs = (endpoint: InventoryEndpoint, response: FakeResponse = {}): RespondHttp => ({ query }) => {
  const json = response.text === undefined ? response.json ?? endpoint.exampleResponse ?? undefined : undefined
  return {
    status: response.status ?? endpoint.status,
    headers: {
      "content-type": "application/json",
      ...(endpoint.operation ? { location: "https://api.osc-fr1.scalingo.com/v1/apps/app/operations/op-1" } : {}),
      ...response.headers
    },
    ...(json === undefined
      ? { text: response.text ?? endpoint.exampleResponseText ?? "" }
      : { json: withPage(structuredClone(json), Number(query["page"] ?? 1)) })
  }
}

const withPage = (body: unknown, page: number): unknown => {
  if (typeof body !== "object" || body === null || !("meta" in body)) return body
  const meta = body.meta
  if (typeof meta !== "object" || meta === null || !("pagination" in meta)) return body
  return { ...body, meta: { ...meta, pagination: { ...(meta.pagination as object), current_page: page } } }
}

const modules = import.meta.glob<{ readonly default: Driver }>("./drivers/*.ts", { eager: true })

export const drivers: ReadonlyArray<Driver> = Object.values(modules).map((module) => module.default)

/** The call that sends an endpoint's request, by its name or, where two APIs share the name, by `api.name`. */
export const callFor = (endpoint: InventoryEndpoint) => {
  const driver = drivers.find((candidate) => candidate.resource === endpoint.resource)
  return driver?.calls[`${endpoint.api}.${endpoint.name}`] ?? driver?.calls[endpoint.name]
}
