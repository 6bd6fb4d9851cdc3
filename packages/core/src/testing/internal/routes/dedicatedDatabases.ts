/**
 * Databases with dedicated resources. Creation takes a while, and at first a new database is not found.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { chooseProject, lookupApp, mayUseApp, requirePayment } from "../access.js"
import { accountById, renderUser } from "../accounts.js"
import { planOf, provision, renderAddon } from "../addons.js"
import { appUuid, createApp } from "../apps.js"
import { findPlan, findProvider } from "../catalog.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { addressOf, databaseOf } from "../databases.js"
import { type DedicatedDatabase, dedicatedDatabasesOf, type NetPeering } from "../dedicatedDatabases.js"
import { record } from "../events.js"
import { NonBlank, slug } from "../inputSchemas.js"
import type { AddonProvider, App, Plan } from "../models.js"
import { empty, invalid, json, notFound, type Refusal, refuse } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { iso, isoOrNull, select, type State } from "../state.js"

/** A CIDR of at least a /25, which has 128 addresses. */
const IpRange = Schema.String.pipe(
  Schema.pattern(/^\d{1,3}(\.\d{1,3}){3}\/([1-9]|1\d|2[0-5])$/, { message: () => "must be a CIDR of at least a /25" })
)

const common = {
  name: slug(6, 48),
  project_id: nullish(Schema.String),
  hds_resource: nullish(Schema.Boolean),
  ip_range: Schema.optional(IpRange),
  post_provisioning_configuration: nullish(Schema.Struct({
    regional_network_access: nullish(Schema.Boolean),
    app_ids: nullish(Schema.Array(Schema.String))
  }))
}

const DocumentedInput = Schema.Struct({ ...common, technology: NonBlank, plan: NonBlank })

/** The body of the Go client, with other names and without a root key. */
const GoClientInput = Schema.Struct({ ...common, addon_provider_id: NonBlank, plan_id: NonBlank })

const readInput = (call: Call): Effect.Effect<typeof DocumentedInput.Type, Refusal> =>
  Effect.flatMap(call.json, (body) =>
    typeof body === "object" && body !== null && "addon_provider_id" in body
      ? Effect.map(call.input(undefined, GoClientInput), ({ addon_provider_id, plan_id, ...input }) => ({
        ...input,
        technology: addon_provider_id,
        plan: plan_id
      }))
      : call.input("database", DocumentedInput))

interface Choice {
  readonly provider: AddonProvider
  readonly plan: Plan
}

const choosePlan = (technology: string, wanted: string): Effect.Effect<Choice, Refusal> => {
  const provider = findProvider(technology)
  if (provider === undefined || !provider.dedicated) return invalid({ technology: ["is not included in the list"] })
  const plan = findPlan(provider, wanted)
  return plan === undefined ? invalid({ plan: ["is not included in the list"] }) : Effect.succeed({ provider, plan })
}

const chooseApps = (call: Call, ids: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<App>, Refusal> =>
  Effect.forEach(ids, (id) => {
    const app = lookupApp(call.state, call.region, id)
    return app === undefined || !mayUseApp(app, call.account)
      ? invalid({ "post_provisioning_configuration.app_ids": [`${id} is not an app of yours`] })
      : Effect.succeed(app)
  })

/** Sets the connection string as a variable of the given apps. */
const connect = (state: State, it: DedicatedDatabase, apps: ReadonlyArray<App>) => {
  const url = it.app.variables.find((variable) => variable.addonId === it.addon?.id)
  if (url === undefined) return
  for (const app of apps) {
    if (app.variables.some((variable) => variable.name === url.name)) continue
    app.variables.push({ id: state.ids.hex(), name: url.name, value: url.value })
  }
}

const exists = (state: State, it: DedicatedDatabase) => state.apps.get(it.app.id) === it.app

const flat = (it: DedicatedDatabase) => ({
  id: it.app.id,
  name: it.app.name,
  project_id: it.app.projectId,
  technology: it.provider.id,
  plan: (it.addon === undefined ? it.plan : planOf(it.addon)).name
})

const create = (call: Call) =>
  Effect.gen(function*() {
    const { state } = call
    const input = yield* readInput(call)
    const { plan, provider } = yield* choosePlan(input.technology, input.plan)
    if (lookupApp(state, call.region, input.name) !== undefined) {
      return yield* invalid({ name: ["has already been taken"] })
    }
    const project = yield* chooseProject(call, input.project_id)
    const apps = yield* chooseApps(call, input.post_provisioning_configuration?.app_ids ?? [])
    yield* requirePayment(call, "you need a payment method to create a database with dedicated resources")
    const app = createApp(state, {
      name: input.name,
      owner: call.account,
      project,
      hds: input.hds_resource ?? undefined
    })
    app.formation = []
    const duration = state.settings.operationDuration
    const it: DedicatedDatabase = {
      app,
      provider,
      plan,
      visibleAt: call.now + duration / 2,
      addon: undefined,
      network: {
        id: `vpc-${state.ids.hex().slice(0, 8)}`,
        accountId: "339312345678",
        ipRange: input.ip_range ?? "10.0.0.0/24"
      },
      endpointId: state.ids.uuid(),
      peerings: new Map()
    }
    dedicatedDatabasesOf(state).set(app.id, it)
    record(state, { type: "new_app", user: call.account, app, data: {} })
    state.after(duration, () => {
      if (!exists(state, it)) return
      it.addon = provision(state, app, provider, plan).addon
      state.after(duration, () => {
        if (exists(state, it)) connect(state, it, apps)
      })
    })
    return json({ database: flat(it) }, 201)
  })

const isVisible = (call: Call, it: DedicatedDatabase) =>
  exists(call.state, it) && it.app.region === call.region && it.visibleAt <= call.now

const unknown = () => refuse(404, { error: "Database not found" })

/**
 * The database that the path names by its name or id. 404 until it is visible; 401 for an account without access; 403
 * for a limited collaborator.
 */
const findDedicated = (call: Call): Effect.Effect<DedicatedDatabase, Refusal> => {
  const nameOrId = call.param("database")
  const [it] = select(
    dedicatedDatabasesOf(call.state),
    (known) => isVisible(call, known) && (known.app.id === nameOrId || known.app.name === nameOrId)
  )
  return it === undefined ? unknown() : Effect.as(findAppToChange(call, "database"), it)
}

/** The long form, with the app and the addon, which the dashboard requests. */
const renderItem = (state: State, it: DedicatedDatabase) => {
  const { app } = it
  const project = state.projects.get(app.projectId)
  const addon = it.addon === undefined ? null : renderAddon(it.addon)
  return {
    app: {
      id: app.id,
      uuid: appUuid(state, app),
      name: app.name,
      region: app.region,
      status: app.status,
      created_at: iso(app.createdAt),
      last_deployed_at: isoOrNull(app.lastDeployedAt),
      hds_resource: app.hds,
      project: { id: app.projectId, name: project?.name ?? "" },
      owner: renderUser(accountById(state, app.ownerId)),
      addon_updated_at: it.addon === undefined ? null : iso(it.addon.updatedAt),
      dedicated_database: true
    },
    addon,
    database: flat(it)
  }
}

const endpointsOf = (state: State, it: DedicatedDatabase) => {
  const database = it.addon === undefined ? undefined : databaseOf(state, it.app, it.addon)
  if (database === undefined) return []
  const { host, port } = addressOf(database)
  const endpoint = (id: string, type: string, hostname: string) => ({
    id,
    database_id: it.app.id,
    hostname,
    port,
    type
  })
  return [
    endpoint(it.endpointId, "public-rw", host),
    ...select(it.peerings, (peering) => peering.status === "active").map((peering) =>
      endpoint(peering.endpointId, "private-peering-rw", `${peering.outscaleId}.private.${host}`)
    )
  ]
}

const renderPeering = (it: DedicatedDatabase, peering: NetPeering) => ({
  id: peering.id,
  database_id: it.app.id,
  status: peering.status,
  outscale_net_peering_id: peering.outscaleId,
  outscale_source_net_id: peering.sourceNetId,
  outscale_source_net_ip_range: "192.168.0.0/24",
  outscale_source_account_id: peering.sourceAccountId,
  created_at: iso(peering.createdAt),
  updated_at: iso(peering.updatedAt)
})

const findPeering = (call: Call, it: DedicatedDatabase): Effect.Effect<NetPeering, Refusal> => {
  const peering = it.peerings.get(call.param("netPeeringId"))
  return peering === undefined ? notFound("net_peering") : Effect.succeed(peering)
}

const createPeering = (call: Call) =>
  Effect.gen(function*() {
    const it = yield* findDedicated(call)
    const { outscale_net_peering_id: outscaleId } = yield* call.input(
      undefined,
      Schema.Struct({ outscale_net_peering_id: NonBlank })
    )
    if (select(it.peerings, (known) => known.outscaleId === outscaleId && known.status === "active").length > 0) {
      return yield* invalid({ outscale_net_peering_id: ["has already been taken"] })
    }
    const peering: NetPeering = {
      id: call.state.ids.uuid("np-"),
      outscaleId,
      sourceNetId: `vpc-${call.state.ids.hex().slice(0, 8)}`,
      sourceAccountId: "112233445566",
      endpointId: call.state.ids.uuid(),
      status: "active",
      createdAt: call.now,
      updatedAt: call.now
    }
    it.peerings.set(peering.id, peering)
    return json({ net_peering: renderPeering(it, peering) }, 201)
  })

export const dedicatedDatabases: ReadonlyArray<Route> = [
  regional.get("/databases", (call) => {
    const mine = select(
      dedicatedDatabasesOf(call.state),
      (it) => isVisible(call, it) && mayUseApp(it.app, call.account)
    )
    const whole = call.query.get("dashboard") === "true"
    return json({ databases: mine.map((it) => whole ? renderItem(call.state, it) : flat(it)) })
  }),

  regional.post("/databases", create),

  regional.get("/databases/:database", (call) => Effect.map(findDedicated(call), (it) => json({ database: flat(it) }))),

  regional.get(
    "/databases/:database/endpoints",
    (call) => Effect.map(findDedicated(call), (it) => json({ endpoints: endpointsOf(call.state, it) }))
  ),

  regional.get("/databases/:database/net_peerings", (call) =>
    Effect.map(findDedicated(call), (it) =>
      json({
        net_peerings: select(it.peerings, (peering) => peering.status === "active")
          .map((peering) => renderPeering(it, peering))
      }))),

  regional.post("/databases/:database/net_peerings", createPeering),

  regional.get("/databases/:database/net_peerings/:netPeeringId", (call) =>
    Effect.gen(function*() {
      const it = yield* findDedicated(call)
      return json({ net_peering: renderPeering(it, yield* findPeering(call, it)) })
    })),

  // A deleted net peering can still be read.
  regional.delete("/databases/:database/net_peerings/:netPeeringId", (call) =>
    Effect.gen(function*() {
      const it = yield* findDedicated(call)
      const peering = yield* findPeering(call, it)
      if (peering.status === "deleted") return yield* notFound("net_peering")
      peering.status = "deleted"
      peering.updatedAt = call.now
      return empty()
    })),

  regional.get(
    "/databases/:database/network_configuration",
    (call) =>
      Effect.map(findDedicated(call), ({ network }) =>
        json({
          network_configuration: {
            outscale_account_id: network.accountId,
            outscale_net_id: network.id,
            ip_range: network.ipRange
          }
        }))
  )
]
