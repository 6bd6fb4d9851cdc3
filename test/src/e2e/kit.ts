/**
 * The whole library on the sandbox, in memory and with the clock of the test.
 */
import type * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import { layerClient, Sandbox, type Seed, TestClient } from "@effect-scalingo/core/testing"
import { Cause, type Duration, Effect, Exit, Fiber, Option, TestClock } from "effect"

export { Fault, Sandbox, Seed } from "@effect-scalingo/core/testing"

/** Every service, signed in to the sandbox that is already there; by default as the first account. */
export const signedIn = (options: ScalingoConfig.Options = {}, username?: string) =>
  TestClient.layerSignedIn({ client: options, as: username })

export interface Options {
  readonly sandbox?: Sandbox.Options
  readonly client?: ScalingoConfig.Options
}

/** The sandbox and every service, both with the default of 60 requests a minute. */
export const withScalingo = (seed?: Seed.Seed, options: Options = {}) =>
  Effect.provide(layerClient(seed, { ...options.sandbox, client: options.client }))

/** The same without a rate limit. */
export const withScalingoUnlimited = (seed?: Seed.Seed, options: Options = {}) =>
  withScalingo(seed, {
    sandbox: { requestLimit: "unlimited", ...options.sandbox },
    client: { rateLimit: 100_000, ...options.client }
  })

/** Runs an effect as another account. */
export const as = (username: string) => Effect.provide(signedIn({ rateLimit: 100_000 }, username))

/** Runs an effect while the clock of the test advances by a duration, in which the effect must end. */
export const over =
  (duration: Duration.DurationInput) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function*() {
      const fiber = yield* Effect.fork(effect)
      yield* TestClock.adjust(duration)
      return yield* Fiber.join(fiber)
    })

/** The error of an effect; a defect when it does not fail. */
export const failure = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<E, never, R> =>
  Effect.flatMap(Effect.exit(effect), (exit) =>
    Exit.isSuccess(exit)
      ? Effect.dieMessage("it did not fail")
      : Option.match(Cause.failureOption(exit.cause), {
        onNone: () => Effect.failCause(Cause.die(Cause.squash(exit.cause))),
        onSome: Effect.succeed
      }))

/** The requests to one API so far. */
export const requestsTo = (api: "auth" | "regional") =>
  Effect.flatMap(
    Sandbox.Sandbox,
    (sandbox) => Effect.map(sandbox.requests, (requests) => requests.filter((request) => request.api === api))
  )

/** The method and path of every request so far, oldest first: `GET /apps`. */
export const sent = Effect.flatMap(
  Sandbox.Sandbox,
  (sandbox) => Effect.map(sandbox.requests, (requests) => requests.map(({ method, path }) => `${method} ${path}`))
)

/** How many bearers were issued for API tokens. */
export const exchanges = Effect.flatMap(
  Sandbox.Sandbox,
  (sandbox) => sandbox.countRequests(({ path, status }) => path === "/tokens/exchange" && status === 200)
)

/** How many responses had each status. */
export const statuses = Effect.flatMap(Sandbox.Sandbox, (sandbox) =>
  Effect.map(sandbox.requests, (requests) => {
    const counts: Record<string, number> = {}
    for (const { status } of requests) counts[String(status)] = (counts[String(status)] ?? 0) + 1
    return counts
  }))
