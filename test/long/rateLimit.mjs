/**
 * `npm run test:long`: the rate limiter of the built packages with the platform's real limit, 60 requests in any
 * 60 seconds, over sockets, against a server in another process that delays each request by up to 800 ms. Takes about
 * three minutes. All runs go on side by side, each with its own server and its own client.
 *
 * Fails when more than 60 requests arrive in any 60 seconds, or when one is refused.
 */
import { Apps } from "@effect-scalingo/core/Apps"
import { withPriority } from "@effect-scalingo/core/RateLimiter"
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import { Duration, Effect, Fiber, Redacted } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const limit = 60
const window = 60_000
const maxDelay = 800
const pollers = 200
const userCalls = 60

const serverFile = fileURLToPath(new URL("../src/wire/rateLimitServer.mjs", import.meta.url))

const server = Effect.acquireRelease(
  Effect.sync(() =>
    spawn(process.execPath, [serverFile, JSON.stringify({ limit, window, maxDelay })], {
      stdio: ["pipe", "pipe", "inherit"]
    })
  ),
  (child) => Effect.sync(() => child.stdin.end())
).pipe(
  Effect.flatMap((child) =>
    Effect.async((resume) => {
      child.stdout.once("data", (data) => resume(Effect.succeed(`http://127.0.0.1:${Number(String(data))}`)))
      child.once("error", (error) => resume(Effect.die(error)))
    })
  )
)

/** Runs an effect with all services against a server, and then asks the server what has arrived. */
const measure = (url, effect) =>
  Effect.gen(function*() {
    // The services are there when the time begins.
    const seconds = yield* Effect.map(Effect.timed(effect), ([duration]) => Duration.toSeconds(duration)).pipe(
      Effect.provide(
        NodeScalingo.layer({
          apiToken: Redacted.make("tk-us-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"),
          region: "osc-fr1",
          authUrl: url,
          apiUrl: url,
          databaseUrl: url
        })
      )
    )
    const report = yield* Effect.promise(() => fetch(`${url}/report`).then((response) => response.json()))
    return { ...report, seconds }
  })

const getApps = (count, name) =>
  Effect.flatMap(
    Apps,
    (apps) =>
      Effect.all(Array.from({ length: count }, () => apps.get(name)), { concurrency: "unbounded", discard: true })
  )

/** Many calls at once, and nothing else. */
const burst = (calls) => (url) =>
  Effect.map(measure(url, getApps(calls, "burst")), (result) => {
    // The exchange of the token is a request too.
    const least = Math.floor(calls / limit) * window / 1000
    return {
      ...result,
      text: `${calls} calls: ${result.seconds.toFixed(2)} s, least possible ${least} s, ` +
        `ratio ${(result.seconds / least).toFixed(4)}`
    }
  })

/** Programs that poll all the time, with calls of a user beside them. */
const crowd = (url) => {
  const calls = Effect.gen(function*() {
    const poll = Effect.forever(withPriority(getApps(1, "poller"), "background"))
    const polling = yield* Effect.fork(
      Effect.all(Array.from({ length: pollers }, () => poll), { concurrency: "unbounded", discard: true })
    )
    yield* Effect.sleep("2 seconds")
    yield* getApps(userCalls, "user")
    yield* Fiber.interrupt(polling)
  })
  return Effect.map(measure(url, calls), (result) => {
    const { poller, user } = result.apps
    return {
      ...result,
      text: `${userCalls} user calls beside ${pollers} pollers: the last user call arrived ` +
        `${(user.last / 1000).toFixed(2)} s after the first request, the first one after ` +
        `${(user.first / 1000).toFixed(2)} s; ${poller.count} polls meanwhile`
    }
  })
}

const keepsLimit = ({ maxInWindow, refusals }) => maxInWindow <= limit && refusals === 0

const printed = (run) =>
  Effect.tap(run, (result) =>
    Effect.sync(() =>
      console.log(
        `${keepsLimit(result) ? "ok  " : "FAIL"}  ${result.text}; most arrivals in any 60 s ${result.maxInWindow}, ` +
          `refusals ${result.refusals}`
      )
    ))

/** How many calls each run makes at once. `node test/long/rateLimit.mjs 130` makes one run of 130 calls, and no more. */
const given = process.argv.slice(2).map(Number)
const runs = given.length > 0 ? given.map(burst) : [...[130, 130, 130, 239, 239, 239].map(burst), crowd]

const results = await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function*() {
      // All servers are there before the first run begins, since starting them slows the runs down.
      const urls = yield* Effect.all(runs.map(() => server), { concurrency: "unbounded" })
      return yield* Effect.forEach(runs, (run, index) => printed(run(urls[index])), { concurrency: "unbounded" })
    })
  )
)
process.exitCode = results.every(keepsLimit) ? 0 : 1
