/**
 * The platform of the demonstration: a sandbox on a port of this machine, and the faults in it.
 */
import { Fault, Sandbox, Seed } from "@effect-scalingo/core/testing"
import { NodeScalingo, SandboxServer } from "@effect-scalingo/node"
import { Effect, Layer } from "effect"
import type { Entry } from "./Journal.js"

export const project = "shop"
export const variable = "RELEASE"
/** The one app whose restart ends badly. */
export const unlucky = "shop-017"

export const rateLimit = 600
export const operationSeconds = 3

/** 120 apps in two regions, 40 of them the shop's. What an interrupted run has done is not undone. */
const seed = (release: string, earlier: Readonly<Record<string, Entry>>): Seed.Seed => {
  const variablesOf = (key: string) =>
    earlier[key] === undefined ? { NODE_ENV: "production" } : { NODE_ENV: "production", [variable]: release }
  const withVariables = (apps: ReadonlyArray<Seed.AppSeed>) =>
    apps.map((app) => ({ ...app, variables: variablesOf(`${app.region}/${app.name}`) }))
  return {
    regions: ["osc-fr1", "osc-secnum-fr1"],
    accounts: [{ username: "john" }],
    projects: [{ name: "default", default: true }],
    apps: [
      ...withVariables(Seed.fleet({ count: 26, prefix: "shop", project, region: "osc-fr1" })),
      ...withVariables(Seed.fleet({ count: 14, prefix: "shop-sec", project, region: "osc-secnum-fr1" })),
      ...Seed.fleet({ count: 50, prefix: "blog", project: "blog", region: "osc-fr1" }),
      ...Seed.fleet({ count: 30, prefix: "intranet", project: "intranet", region: "osc-secnum-fr1" })
    ],
    events: 5000
  }
}

/** What the job must get over: none of it is the job's to care for, except the one restart that fails. */
export const troubles = Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.inject({
    on: { method: "PUT", path: "/apps/:app/variables" },
    fault: Fault.status(503),
    times: 3,
    after: 4
  })
  yield* sandbox.inject({
    on: { method: "GET", path: "/apps/:app/operations/:operation" },
    fault: Fault.status(503),
    times: 2,
    after: 10
  })
  yield* sandbox.inject({
    on: { method: "POST", path: "/apps/:app/restart" },
    fault: Fault.throttled(2),
    times: 6,
    after: 9
  })
  yield* sandbox.inject({ on: { method: "PUT", path: "/apps/:app/variables" }, fault: Fault.expiredBearer, after: 20 })
  yield* sandbox.failNextOperation(unlucky, "the container web-1 did not boot in time")
})

/**
 * The sandbox's server, and every service of the library on it. The job runs over real sockets, as it would against the
 * platform; `layerClient` of `@effect-scalingo/core/testing` is the shorter way without a port.
 */
export const layer = (release: string, earlier: Readonly<Record<string, Entry>>) => {
  const server = SandboxServer.layer(seed(release, earlier), {
    requestLimit: rateLimit,
    operationDuration: `${operationSeconds} seconds`
  })
  const scalingo = Layer.unwrapEffect(Effect.gen(function*() {
    const { authUrl } = yield* SandboxServer.SandboxServer
    const { token } = yield* Sandbox.Sandbox
    return NodeScalingo.layer({ apiToken: token, authUrl, rateLimit })
  }))
  return Layer.mergeAll(scalingo, Layer.effectDiscard(troubles)).pipe(Layer.provideMerge(server))
}
