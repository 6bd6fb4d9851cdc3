/**
 * The inventory of the API, and requests whose responses are checked against it.
 */
import { Effect } from "effect"
import * as fs from "node:fs"
import { at, Sandbox, type SandboxResponse, type Send, sendTo } from "./sandboxClient.js"

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

export interface Endpoint {
  readonly resource: string
  readonly name: string
  readonly api: string
  readonly method: Method
  readonly altMethods: ReadonlyArray<Method>
  readonly path: string
  readonly auth: string
  readonly status: number
  readonly responseRoot: string | null
  readonly responseEntity: string | null
  readonly collection: boolean
  readonly paginated: boolean
  readonly operation: boolean
  readonly exampleRequestBody: unknown
  readonly pathIsFullUrl?: boolean
}

interface Field {
  readonly name: string
  readonly type: string
  readonly values?: ReadonlyArray<string>
  readonly nullable: boolean | "unknown"
  readonly optional: boolean
}

const fixture = <A>(name: string): A =>
  JSON.parse(fs.readFileSync(`${import.meta.dirname}/../../fixtures/${name}`, "utf8"))

const entities = fixture<{ readonly [name: string]: { readonly fields: ReadonlyArray<Field> } }>("entities.json")

/** APIs that the sandbox does not have: streams, and the API that an addon provider implements. */
const elsewhere = ["logs", "realtime", "addonProvider", "dashboard"]

export const endpoints = fixture<ReadonlyArray<Endpoint>>("endpoints.json").filter((it) => !elsewhere.includes(it.api))

export const nameOf = (endpoint: Endpoint) => `${endpoint.resource}.${endpoint.name}`

export const baseOf = (urls: Sandbox.SandboxService["urls"], endpoint: Endpoint, region = "osc-fr1"): string => {
  switch (endpoint.api) {
    case "regional":
      return urls.api(region)
    case "database":
      return urls.database(region)
    case "auth":
      return urls.auth
    case "billing":
      return urls.billing
    default:
      return ""
  }
}

/** Fields that recorded responses have with another type than the documentation. */
const recordedTypes: { readonly [field: string]: string } = { "Key.owner": "object:User" }

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Where a value differs from its type in the inventory: `string`, `object:App`, `array:Plan`. */
const valueIssues = (
  type: string,
  value: unknown,
  where: string,
  values: ReadonlyArray<string> = []
): Array<string> => {
  const unless = (fits: boolean) => fits ? [] : [`${where}: ${JSON.stringify(value)} is not ${type}`]
  if (type.startsWith("array:")) {
    return Array.isArray(value)
      ? value.flatMap((item, index) =>
        valueIssues(entities[type.slice(6)] ? `object:${type.slice(6)}` : type.slice(6), item, `${where}.${index}`)
      )
      : unless(false)
  }
  if (type.startsWith("object:")) return entityIssues(type.slice(7), value, where)
  switch (type) {
    case "string":
      return unless(typeof value === "string")
    case "integer":
      return unless(Number.isInteger(value))
    case "number":
      return unless(typeof value === "number")
    case "boolean":
      return unless(typeof value === "boolean")
    case "date":
      return unless(typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value))
    case "enum":
      return unless(typeof value === "string" && values.includes(value))
    case "map":
      return unless(isObject(value))
    default:
      return []
  }
}

/** Where an object differs from an entity, unknown fields included. */
const entityIssues = (entity: string, value: unknown, where: string): Array<string> => {
  const fields = entities[entity]?.fields ?? []
  if (!isObject(value)) return [`${where}: ${JSON.stringify(value)} is not ${entity}`]
  const known = fields.map((field) => field.name)
  return [
    ...Object.keys(value).filter((name) => !known.includes(name)).map((name) => `${where}.${name}: not documented`),
    ...fields.flatMap((field) => {
      const part: unknown = Reflect.get(value, field.name)
      const inside = `${where}.${field.name}`
      if (part === undefined) return field.optional ? [] : [`${inside}: missing`]
      // What can be missing can also be null.
      if (part === null) return field.nullable === false && !field.optional ? [`${inside}: null`] : []
      return valueIssues(recordedTypes[`${entity}.${field.name}`] ?? field.type, part, inside, field.values)
    })
  ]
}

/** The root keys of responses for which the inventory has none. */
const assumedRoots: { readonly [name: string]: string } = { "TwoFactorAuth.disable": "tfa" }

/** Whether the root key is a field of the entity: `{ "logs_url": "https://…" }`, `{ "addon", "message" }`. */
const isOwnField = (entity: string, root: string, response: SandboxResponse): boolean => {
  const others = isObject(response.body) ? Object.keys(response.body).filter((key) => key !== root) : []
  return typeof at(response, root) === "string" ||
    others.some((key) => entities[entity]?.fields.some((field) => field.name === key))
}

const responseIssues = (endpoint: Endpoint, response: SandboxResponse): Array<string> => {
  const { collection, operation, paginated, responseEntity: entity, status } = endpoint
  const where = nameOf(endpoint)
  const root = assumedRoots[where] ?? endpoint.responseRoot
  if (response.status !== status) return [`${where}: ${response.status} instead of ${status}: ${response.text}`]
  const found: Array<string> = []
  if (operation && !/^https:.*\/operations\//.test(response.headers["location"] ?? "")) {
    found.push(`${where}: no Location`)
  }
  if (status === 204 && response.text !== "") found.push(`${where}: has a body`)
  if (entity === null) return found
  const value = root === null || isOwnField(entity, root, response) ? response.body : at(response, root)
  if (!collection) found.push(...entityIssues(entity, value, where))
  else if (!Array.isArray(value) || value.length === 0) found.push(`${where}: no list, or an empty one`)
  else found.push(...valueIssues(`array:${entity}`, value, where))
  // In the domain names of private networks, the pagination is a part of the entity.
  if (paginated && collection) found.push(...entityIssues("Pagination", at(response, "meta.pagination"), where))
  return found
}

export interface Visit extends Send {
  /** The parameters of the path. `app` and `parentApp` default to `example-app`. */
  readonly params?: { readonly [name: string]: unknown } | undefined
  readonly query?: { readonly [name: string]: string } | undefined
  /** For endpoints without a path: the URL from an earlier response. */
  readonly url?: unknown
}

const pathOf = (endpoint: Endpoint, params: Visit["params"]): string => {
  const known: Visit["params"] = { app: "example-app", parentApp: "example-app", ...params }
  return endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(known[name])))
}

/** Calls endpoints by name, with the bodies of the documentation, and collects what is not as documented. */
export const makeTour = () => {
  const visited = new Set<string>()
  const found: Array<string> = []
  const visit = (name: string, { params, query, url, ...options }: Visit = {}) =>
    Effect.gen(function*() {
      const endpoint = endpoints.find((it) => nameOf(it) === name)
      if (endpoint === undefined) return yield* Effect.dieMessage(`the inventory has no ${name}`)
      const sandbox = yield* Sandbox.Sandbox
      const search = query === undefined ? "" : `?${new URLSearchParams(query)}`
      const target = endpoint.pathIsFullUrl === true
        ? String(url)
        : `${baseOf(sandbox.urls, endpoint, options.region)}${pathOf(endpoint, params)}${search}`
      const response = yield* sendTo(endpoint.method, target, {
        ...options,
        body: options.body ?? endpoint.exampleRequestBody ?? undefined,
        bearer: endpoint.auth === "bearer" ? options.bearer ?? (yield* sandbox.bearer(options.as)) : options.bearer
      })
      visited.add(name)
      found.push(...responseIssues(endpoint, response))
      return response
    })
  return { visit, visited, found }
}

export type Tour = ReturnType<typeof makeTour>
