/**
 * Prints all apps of all regions with their owner, status, stack and monthly cost:
 * `node examples/dist/getting-started/main.js`, with `SCALINGO_API_TOKEN` or after `scalingo login`.
 */
import { monthlyCosts } from "@effect-scalingo/core/Costs"
import { Apps, forEachRegion, Stacks } from "@effect-scalingo/core/Scalingo"
import { NodeScalingo } from "@effect-scalingo/node"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"

const rows = Effect.gen(function*() {
  const apps = yield* (yield* Apps).list
  const stacks = new Map((yield* (yield* Stacks).list).map(({ id, name }) => [id, name]))
  const costs = new Map((yield* monthlyCosts(apps, { concurrency: 4 })).map((cost) => [cost.app, cost]))
  return apps.map(({ name, owner, stack_id, status }) => {
    const { cents = 0, currency = "" } = costs.get(name) ?? {}
    return [name, owner.username, status, stacks.get(stack_id ?? ""), (cents / 100).toFixed(2), currency].join("\t")
  })
})

const program = Effect.gen(function*() {
  for (const [region, lines] of Object.entries(yield* forEachRegion(rows))) {
    yield* Console.log([region, ...lines].join("\n"))
  }
})

program.pipe(Effect.provide(NodeScalingo.layerConfig), NodeRuntime.runMain)
