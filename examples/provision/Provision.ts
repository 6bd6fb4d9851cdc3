/**
 * A whole app: with its database, domain, variables, collaborator, log drain and autoscaler. What is already there stays
 * as it is, so the program can run as often as one likes.
 */
import {
  AddonProviders,
  Addons,
  Apps,
  Autoscalers,
  Collaborators,
  Domains,
  Environment,
  findOrCreate,
  LogDrains
} from "@effect-scalingo/core/Scalingo"
import { DotEnv } from "@effect-scalingo/node"
import { Effect, Redacted } from "effect"

/** What the app should have. */
export interface Wanted {
  readonly app: string
  readonly database: { readonly provider: string; readonly plan: string }
  readonly domain: string
  /** A `.env` file. */
  readonly variables: string
  /** An e-mail address. */
  readonly collaborator: string
  readonly logs: { readonly host: string; readonly port: string }
  readonly web: { readonly min: number; readonly max: number; readonly requestsPerMinute: number }
}

/** What a run has changed, in words. */
export type Changes = ReadonlyArray<string>

export const provision = (wanted: Wanted) =>
  Effect.gen(function*() {
    const apps = yield* Apps
    const addons = yield* Addons
    const domains = yield* Domains
    const collaborators = yield* Collaborators
    const logDrains = yield* LogDrains
    const autoscalers = yield* Autoscalers
    const { app, database } = wanted

    const changes: Array<string> = []
    const ensure = <A, E, R>(what: string, options: Parameters<typeof findOrCreate<A, E, R, A, E, R>>[0]) =>
      Effect.map(findOrCreate(options), ({ created, value }) => {
        if (created) changes.push(what)
        return value
      })

    yield* ensure(`app ${app}`, {
      list: apps.list,
      matches: ({ name }) => name === app,
      create: apps.create({ name: app })
    })

    const addon = yield* ensure(`addon ${database.plan}`, {
      list: addons.list(app),
      matches: ({ addon_provider }) => addon_provider.id === database.provider,
      create: Effect.gen(function*() {
        const plan = yield* (yield* AddonProviders).findPlan(database.provider, database.plan)
        const { addon } = yield* addons.provision(app, { addon_provider_id: database.provider, plan_id: plan.id })
        return addon
      })
    })
    // A run that was interrupted here has left an addon that is still being provisioned.
    yield* addons.await(app, addon.id)

    yield* ensure(`domain ${wanted.domain}`, {
      list: domains.list(app),
      matches: ({ name }) => name === wanted.domain,
      create: domains.create(app, { name: wanted.domain })
    })

    const variables = yield* (yield* Environment).sync(app, yield* DotEnv.readFile(wanted.variables))
    changes.push(...[...variables.added, ...variables.changed].map((name) => `variable ${name}`))

    yield* ensure(`collaborator ${wanted.collaborator}`, {
      list: collaborators.list(app),
      matches: ({ email }) => email === wanted.collaborator,
      create: collaborators.invite(app, { email: wanted.collaborator })
    })

    const { host, port } = wanted.logs
    yield* ensure(`log drain to ${host}`, {
      list: logDrains.list(app),
      matches: ({ url }) => new URL(Redacted.value(url)).host === `${host}:${port}`,
      create: logDrains.create(app, { type: "syslog", host, port })
    })

    const { max, min, requestsPerMinute } = wanted.web
    yield* ensure("autoscaler of web", {
      list: autoscalers.list(app),
      matches: ({ container_type }) => container_type === "web",
      create: autoscalers.create(app, {
        container_type: "web",
        min_containers: min,
        max_containers: max,
        metric: "rpm_per_container",
        target: requestsPerMinute
      })
    })

    return { addon, changes }
  })
