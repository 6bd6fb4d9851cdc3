/**
 * The platform's endpoints as the inventory lists them.
 */
import endpoints from "../../fixtures/endpoints.json" with { type: "json" }
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
  readonly paginated: boolean
  readonly operation: boolean
  readonly exampleRequestBody: unknown
  readonly exampleResponse: unknown
  readonly exampleResponseText?: string
  readonly exampleRepaired?: boolean
  readonly examplePartial?: boolean
  readonly documented: boolean
  /** The path is an address of its own, which an earlier answer gave. */
  readonly pathIsFullUrl?: boolean
  /** Parameters at the end of the path that may be left out. */
  readonly optionalPathParams?: ReadonlyArray<string>
}

export const inventory = endpoints as unknown as ReadonlyArray<InventoryEndpoint>

/** The neighbouring contracts, which are no calls of the client: the provider's side and the deploy button. */
const neighbours = new Set(["addonProvider", "dashboard"])

export const isLive = (endpoint: InventoryEndpoint) => endpoint.api === "logs" || endpoint.api === "realtime"
export const isNeighbour = (endpoint: InventoryEndpoint) => neighbours.has(endpoint.api)

const modules = import.meta.glob<{ readonly default: Driver }>("./drivers/*.ts", { eager: true })

export const drivers: ReadonlyArray<Driver> = Object.values(modules).map((module) => module.default)

/** The call for an endpoint, by its name alone or by `api.name` where two APIs share the name. */
export const callFor = (endpoint: InventoryEndpoint) => {
  const driver = drivers.find((candidate) => candidate.resource === endpoint.resource)
  return driver?.calls[`${endpoint.api}.${endpoint.name}`] ?? driver?.calls[endpoint.name]
}
