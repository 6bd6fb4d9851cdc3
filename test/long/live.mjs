/**
 * `npm run test:long`: a deployment followed over 20 connections that are cut, and a tail over 20 more, with the built
 * packages over sockets, against a sandbox in another process. Fails when a line is missing, doubled or out of order, or
 * when a socket is left.
 */
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import { NodeScalingo } from "@effect-scalingo/node"
import { Effect, Fiber, Option, Redacted, Stream } from "effect"
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"

const options = { deploymentDuration: "60 seconds" }
const child = fork(fileURLToPath(new URL("../src/wire/sandboxProcess.mjs", import.meta.url)), [JSON.stringify(options)])
const replies = new Map()
const ready = new Promise((resolve) => child.once("message", resolve))
const { authUrl, token } = await ready
child.on("message", (reply) => replies.get(reply.id)?.(reply))
let last = 0
const ask = (message) =>
  Effect.promise(() =>
    new Promise((resolve) => {
      const id = ++last
      replies.set(id, resolve)
      child.send({ ...message, id })
    })
  )

const untilSockets = (isWanted) =>
  Effect.flatMap(
    ask({}),
    ({ sockets }) => isWanted(sockets) ? Effect.void : Effect.zipRight(Effect.sleep(20), untilSockets(isWanted))
  )

/** The clock of the sandbox moves with each cut only. */
const cutOnce = untilSockets((count) => count > 0).pipe(
  Effect.zipRight(ask({ pass: 2_500 })),
  Effect.zipRight(ask({ cut: true }))
)

const equal = (what, seen, expected) => {
  if (seen !== expected) throw new Error(`${what}: other lines than expected`)
}

const program = Effect.gen(function*() {
  const deployments = yield* Scalingo.Deployments
  const { id } = yield* deployments.create("my-app", { source_url: "https://example.com/v1.tar.gz" })
  const following = yield* Effect.fork(Stream.runCollect(deployments.follow("my-app", id)))
  let cuts = 0
  while (cuts < 20) cuts += (yield* cutOnce).sockets
  yield* ask({ pass: 60_000 })
  const events = Array.from(yield* Fiber.join(following))
  const text = events.flatMap((event) => event._tag === "Log" ? [event.content] : []).join("")
  equal("deployment", text, Option.getOrThrow(yield* deployments.output("my-app", id)))
  yield* untilSockets((count) => count === 0)
  console.log(`deployment: ${cuts} cuts, ${text.split("\n").length - 1} lines, each once and in order`)

  const logs = yield* Scalingo.Logs
  const expected = []
  const seen = []
  const tail = yield* Effect.fork(
    Stream.runForEach(
      logs.tail("my-app", { lines: 0, filter: "web-9" }),
      (item) => Effect.sync(() => seen.push(item.text ?? item._tag))
    )
  )
  const write = () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `é ${expected.length + index}`)
    expected.push(...lines)
    // A container of its own, apart from what the platform writes.
    return ask({ app: "my-app", write: lines, container: "web-9" })
  }
  for (let round = 0; round < 20; round++) {
    yield* untilSockets((count) => count > 0)
    yield* write()
    yield* ask({ cut: true })
    yield* write()
  }
  while (seen.length < expected.length) yield* Effect.sleep(50)
  equal("tail", seen.join("\n"), expected.join("\n"))
  yield* Fiber.interrupt(tail)
  yield* untilSockets((count) => count === 0)
  console.log(`tail: 20 cuts, ${seen.length} lines, each once`)
})

const layer = NodeScalingo.layer({ apiToken: Redacted.make(token), authUrl, rateLimit: 100_000, timeout: "1 minute" })
try {
  await Effect.runPromise(Effect.provide(program, layer))
} finally {
  child.kill()
}
