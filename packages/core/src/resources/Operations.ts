/**
 * What goes on in the background after a scaling, a restart or the start of a one-off container: reading it, awaiting
 * its end, following it, and doing one thing at a time to an app.
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

export * from "../schema/Operation.js"

/**
 * How to wait.
 *
 * @category models
 */
export interface WaitOptions {
  /** For the whole wait, 15 minutes by default. When it is over the wait fails with `WaitTimeout`. */
  readonly timeout?: Duration.DurationInput | undefined
}

/**
 * The methods of {@link Operations}.
 *
 * @category models
 */
export interface OperationsService {
  /**
   * One operation as it is now: `GET /apps/:app/operations/:operationId`.
   */
  readonly get: (app: string, operationId: string) => Effect.Effect<Operation, ScalingoError>

  /**
   * Waits for the end of an operation. Fails with `OperationFailed` when that is a bad one, and with `WaitTimeout`
   * when it has not come in time.
   *
   * Looks at once, then after 1 s, 1.5 s … and at last every 10 s, give or take a fifth, one look at a time, behind
   * all other calls of the rateLimiter, in the operation's region. A look that fails for a passing reason (network,
   * throttling, 5xx) is made up for by the next one; any other failure ends the wait.
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
   * The operation each time that it has changed, from its present state to its final one. Looks as often as `await`
   * does and fails alike: the final state of a failed operation comes out before the failure.
   */
  readonly follow: (
    operation: OperationRef,
    options?: WaitOptions
  ) => Stream.Stream<Operation, ScalingoError | OperationFailed | WaitTimeout>

  /**
   * Runs an effect while no other effect of this process runs under the same app. The platform does one thing at a
   * time to an app and refuses a restart during a scaling; nothing else in this library waits for that by itself.
   *
   * ```ts
   * const restart = apps.restart("my-app").pipe(
   *   Effect.flatMap(operations.await),
   *   operations.exclusive("my-app")
   * )
   * ```
   *
   * Those who wait get their turn in the order in which they came; one that is interrupted gives its turn up. Within
   * the effect the same app is not waited for again. It is the text that counts: name an app by its name or by its
   * id, not now so and now so. Apps of the same name in two regions wait for each other; other processes are not seen.
   */
  readonly exclusive: (app: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/**
 * Operations that go on in the background.
 *
 * @category tags
 */
export class Operations extends Context.Tag("@effect-scalingo/core/Operations")<Operations, OperationsService>() {}

const get = endpoint("Operations.get", "GET /apps/:app/operations/:operationId", Decode.root("operation", Operation))

const sameOperation = Schema.equivalence(Operation)

const outcome = (app: string) => (operation: Operation): Either.Either<boolean, OperationFailed> => {
  switch (operation.status) {
    case "error":
    // Databases end theirs in these ways.
    case "user-error":
    case "cancelled":
      return Either.left(new OperationFailed({ app, operation }))
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
      onTimeout: ({ failure, value }: Poll.Seen<Operation>, timeout: Duration.Duration) =>
        new WaitTimeout({
          subject: `operation ${ref.operationId} of the app ${ref.app}`,
          timeout,
          status: value?.status,
          operation: value,
          lastFailure: failure
        })
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
