/**
 * A fresh process that walks 1,000 pages of events and tells the memory in use after page 100 and after page 1,000.
 */
import * as Events from "@effect-scalingo/core/Events"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { services } from "./clients/ours.mjs"
import { eventsPerPage } from "./fixtures.mjs"

const used = () => {
  globalThis.gc()
  globalThis.gc()
  const { external, heapUsed } = process.memoryUsage()
  return (external + heapUsed) / 1e6
}

const events = Context.get(await services(`${process.argv[2]}/100`), Events.Events)
const seen = {}
let count = 0
await Effect.runPromise(
  Stream.runForEachChunk(events.listForApp("example-app", { perPage: eventsPerPage }), (chunk) =>
    Effect.sync(() => {
      count += chunk.length
      const page = count / eventsPerPage
      if (page === 100 || page === 1000) seen[page] = used()
    }))
)
process.send({ count, page100: seen[100], page1000: seen[1000] }, () => process.exit())
