/**
 * Background operations on an app: scaling, restarting, and starting one-off containers. Reads, awaits and follows
 * them, and runs one at a time for each app.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { withRegion } from "../client/CurrentRegion.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Poll from "../client/internal/poll.js"
import { withPriority } from "../client/RateLimiter.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { OperationFailed, WaitTimeout } from "../client/WaitError.js"
import * as KeyedLock from "../internal/keyedLock.js"
import { Operation, type OperationRef } from "../schema/Operation.js"
import type { DurationInput } from "../schema/ScalingoSchema.js"

export * from "../schema/Operation.js"

/**
 * Options of a wait.
 *
 * @category models
 */
export interface WaitOptions {
  /** The time limit of the whole wait, 15 minutes by default. The wait then fails with `WaitTimeout`. */
  readonly timeout?: DurationInput | undefined
}

/**
 * The methods of {@link Operations}.
 *
 * @category models
 */
export interface OperationsService {
  /**
   * One operation: `GET /apps/:app/operations/:operationId`.
   */
  readonly get: (app: string, operationId: string) => Effect.Effect<Operation, ScalingoError>

  /**
   * Waits for the end of an operation. Fails with `OperationFailed` when the operation fails, and with `WaitTimeout`
   * after the timeout.
   *
   * Polls at once, then after 1 s, 1.5 s … up to every 10 s, with 20 % jitter. Sends one request at a time, in the
   * operation's region and with the lowest priority at the rate limiter. Ignores transient failures (network,
   * throttling, 5xx); any other failure ends the wait.
   *
   * ```ts
   * const operation = yield* apps.restart("my-app")
   * yield* operations.await(operation, { timeout: "5 minutes" })
   * ```
   */
  readonly await: (
    operation: OperationRef,
    options?: WaitOptions
  ) => Effect.Effect<Operation, ScalingoError | OperationFailed | WaitTimeout>

  /**
   * Every change of an operation, from its current state to its final one. Polls and fails like `await`; the final
   * state of a failed operation is emitted before the failure.
   */
  readonly follow: (
    operation: OperationRef,
    options?: WaitOptions
  ) => Stream.Stream<Operation, ScalingoError | OperationFailed | WaitTimeout>

  /**
   * Runs an effect while no other `exclusive` effect of this process runs for the same app. The platform runs one
   * operation at a time for each app and refuses, for example, a restart during a scaling. Nothing else in this library
   * waits for that.
   *
   * ```ts
   * const restart = apps.restart("my-app").pipe(
   *   Effect.flatMap(operations.await),
   *   operations.exclusive("my-app")
   * )
   * ```
   *
   * Waiting effects run in order of arrival; an interrupted one leaves the queue. The lock is reentrant. It compares
   * the text of `app`, so use either the name or the id of an app everywhere. Apps with the same name in two regions
   * share a lock; other processes do not.
   */
  readonly exclusive: (app: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/**
 * Background operations on apps.
 *
 * @category tags
 */
export class Operations extends Context.Tag("@effect-scalingo/core/Operations")<Operations, OperationsService>() {}

const get = endpoint("Operations.get", "GET /apps/:app/operations/:operationId", Decode.root("operation", Operation))

const sameOperation = Schema.equivalence(Operation)

const outcome = (app: string) => (operation: Operation): Either.Either<boolean, OperationFailed> => {
  switch (operation.status) {
    case "error":
    // Operations of databases also end with these statuses.
    case "user-error":
    case "cancelled":
      return Either.left(new OperationFailed({ app, operation }, Poll.unchecked))
    case "done":
    case "finished":
      return Either.right(true)
    default:
      return Either.right(false)
  }
}

export const make: Effect.Effect<OperationsService, never, RegionalApi> = Effect.gen(function*() {
  const api = yield* RegionalApi
  const apps = yield* KeyedLock.make

  const polling = (ref: OperationRef, options: WaitOptions | undefined) => {
    const read = withPriority(call(api, get, { path: { app: ref.app, operationId: ref.operationId } }), "background")
    return {
      read: ref.region === null ? read : withRegion(read, ref.region),
      outcome: outcome(ref.app),
      same: sameOperation,
      timeout: options?.timeout ?? "15 minutes",
      onTimeout: ({ failure, value }: Poll.LastPoll<Operation>, timeout: Duration.Duration) =>
        new WaitTimeout({
          subject: `operation ${ref.operationId} of the app ${ref.app}`,
          timeout,
          status: value?.status,
          operation: value,
          lastFailure: failure
        }, Poll.unchecked)
    }
  }

  return Operations.of({
    get: (app, operationId) => call(api, get, { path: { app, operationId } }),
    await: (ref, options) => Poll.settle(polling(ref, options)),
    follow: (ref, options) => Poll.changes(polling(ref, options)),
    exclusive: apps.withLock
  })
})

export const layer: Layer.Layer<Operations, never, RegionalApi> = Layer.effect(Operations, make)
