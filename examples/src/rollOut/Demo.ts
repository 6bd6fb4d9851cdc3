/**
 * The platform of the demonstration: a sandbox in memory, and the faults in it.
 */
import { Fault, layerClient, Sandbox, Seed } from "@effect-scalingo/core/testing"
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

/** The sandbox with its troubles, and every service of the library on it. */
export const layer = (release: string, earlier: Readonly<Record<string, Entry>>) =>
  Layer.effectDiscard(troubles).pipe(
    Layer.provideMerge(layerClient(seed(release, earlier), {
      requestLimit: rateLimit,
      operationDuration: `${operationSeconds} seconds`,
      client: { rateLimit }
    }))
  )
