/**
 * The sandbox against the inventory of the API: there is a route for every endpoint, and what it answers has the
 * fields and types that the documentation gives.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as fs from "node:fs"
import { type Answer, api, at, auth, sendTo, withSandbox } from "./kit.js"

interface Endpoint {
  readonly resource: string
  readonly name: string
  readonly api: string
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly altMethods: ReadonlyArray<Endpoint["method"]>
  readonly path: string
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
const endpoints = fixture<ReadonlyArray<Endpoint>>("endpoints.json")
const entities = fixture<{ readonly [name: string]: { readonly fields: ReadonlyArray<Field> } }>("entities.json")

/** The resources whose routes are all there. */
const covered = [
  "AddonProviders",
  "Addons",
  "Apps",
  "Deployments",
  "Environment",
  "Events",
  "Operations",
  "Projects",
  "Regions",
  "Tokens",
  "Users"
]

const bases: { readonly [api: string]: string } = {
  regional: "https://api.osc-fr1.scalingo.com/v1",
  auth: "https://auth.scalingo.com/v1"
}

const fits = (field: Field, value: unknown): boolean => {
  switch (field.type) {
    case "string":
      return typeof value === "string"
    case "integer":
      return Number.isInteger(value)
    case "number":
      return typeof value === "number"
    case "boolean":
      return typeof value === "boolean"
    case "date":
      return typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value)
    case "enum":
      return typeof value === "string" && (field.values ?? []).includes(value)
    default:
      return true
  }
}

/** What is not as the inventory has it. */
const misfits = (entity: string, value: unknown, path = entity): ReadonlyArray<string> => {
  const fields = entities[entity]?.fields ?? []
  if (typeof value !== "object" || value === null) return [`${path}: not an object`]
  const known = fields.map((field) => field.name)
  return [
    ...Object.keys(value).filter((name) => !known.includes(name)).map((name) => `${path}.${name}: not documented`),
    ...fields.flatMap((field) => {
      const part: unknown = Reflect.get(value, field.name)
      const where = `${path}.${field.name}`
      if (part === undefined) return field.optional ? [] : [`${where}: missing`]
      if (part === null) return field.nullable === false ? [`${where}: null`] : []
      if (!fits(field, part)) return [`${where}: ${JSON.stringify(part)} is not ${field.type}`]
      return field.type.startsWith("object:") ? misfits(field.type.slice(7), part, where) : []
    })
  ]
}

describe("sandbox: inventory", () => {
  it.effect("a route for every endpoint", () =>
    Effect.gen(function*() {
      const wanted = endpoints.filter((it) => covered.includes(it.resource) && bases[it.api] !== undefined)
      const missing: Array<string> = []
      for (const endpoint of wanted) {
        for (const method of [endpoint.method, ...endpoint.altMethods]) {
          const path = endpoint.path.replace(/:\w+/g, "some-id")
          const answer = yield* sendTo(method, `${bases[endpoint.api]}${path}`)
          // What has no route has no resource either.
          if (answer.text === `{"error":"not found"}`) missing.push(`${method} ${endpoint.path}`)
        }
      }
      assert.deepStrictEqual(missing, [])
      assert.isAbove(wanted.length, 60)
    }).pipe(withSandbox()))

  it.effect("the documented fields, of the documented types", () =>
    Effect.gen(function*() {
      const found: Array<string> = []
      const check = (entity: string, answer: Answer, path: string) => {
        found.push(...misfits(entity, path === "" ? answer.body : at(answer, path)))
      }
      const get = (path: string) => api("GET", path)
      const example = (path: string) => get(`/apps/example-app${path}`)
      const addon = at(yield* example("/addons"), "addons.0.id")
      const project = at(yield* get("/projects"), "projects.0.id")
      const owners = yield* get(`/projects/${project}/eligible_new_owners`)
      const run = yield* api("POST", "/apps/example-app/run", { body: { command: "bash" } })
      const body = { transfer_invitation: { invited_user_id: at(owners, "eligible_new_owners.0.user_id") } }

      check("Region", yield* auth("GET", "/regions"), "regions.0")
      check("Token", yield* auth("GET", "/tokens"), "tokens.0")
      check("User", yield* get("/users/self"), "user")
      check("User", yield* auth("GET", "/users/self"), "user")
      check("AccountUsage", yield* get("/account/usage"), "usage.0")
      check("App", yield* get("/apps"), "apps.0")
      check("App", yield* get("/apps"), "apps.1")
      check("Container", yield* example("/ps"), "containers.0")
      check("ContainerType", yield* example("/containers"), "containers.0")
      check("ContainerStat", yield* example("/stats"), "stats.0")
      check("MetricPoint", yield* example("/stats/cpu"), "0")
      check("LogsArchives", yield* example("/logs_archives"), "")
      check("LogsUrl", yield* example("/logs"), "")
      check("RunResult", run, "")
      yield* TestClock.adjust("1 minute")
      check("Operation", yield* example(`/operations/${at(run, "operation")}`), "operation")
      check("Variable", yield* example("/variables"), "variables.0")
      check("Deployment", yield* example("/deployments"), "deployments.0")
      check("Addon", yield* example("/addons"), "addons.0")
      check("AddonToken", yield* api("POST", `/apps/example-app/addons/${addon}/token`), "addon")
      check("AddonSso", yield* api("POST", `/apps/example-app/addons/${addon}/sso`), "addon")
      check("AddonProvider", yield* get("/addon_providers"), "addon_providers.0")
      check("Plan", yield* get("/addon_providers"), "addon_providers.0.plans.0")
      check("AddonCategory", yield* get("/addon_categories"), "addon_categories.0")
      check("Event", yield* get("/events"), "events.0")
      check("Event", yield* get("/events"), "events.1")
      check("Project", yield* get("/projects"), "projects.0")
      check("EligibleNewOwner", owners, "eligible_new_owners.0")
      const invitation = yield* api("POST", `/projects/${project}/transfer_invitations`, { body })
      check("ProjectTransferInvitation", invitation, "transfer_invitation")
      assert.deepStrictEqual(found, [])
    }).pipe(withSandbox()))
})
