/**
 * Background operations on an app: scaling, restarting, and starting one-off containers. Reads, awaits and follows
 * them, and runs one at a time for each app.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { withRegion } from "../client/CurrentRegion.js"
import { because } from "../client/internal/because.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Poll from "../client/internal/poll.js"
import * as SharedPolling from "../client/internal/sharedPolling.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import type { WaitOptions, WaitTimeout } from "../client/Wait.js"
import { errorClass } from "../internal/errorClass.js"
import * as KeyedLock from "../internal/keyedLock.js"
import { struct } from "../internal/lazySchema.js"
import { Operation, type OperationRefInput } from "../schema/Operation.js"
import { nullish } from "../schema/ScalingoSchema.js"

export type { WaitOptions } from "../client/Wait.js"
export * from "../schema/Operation.js"

/**
 * An operation has failed or was cancelled. `operation.error` holds the platform's reason, if it gave one.
 *
 * @category errors
 */
export class OperationFailed
  extends errorClass(() =>
    Schema.TaggedError<OperationFailed>("@effect-scalingo/core/OperationFailed")(
      "OperationFailed",
      {
        /** The app's name or id. */
        app: Schema.String,
        /** The operation in its final state. */
        operation: Operation
      }
    )
  )
{
  override get message(): string {
    const { error, id, status, type } = this.operation
    const end = status === "cancelled" ? "was cancelled" : "failed"
    return `Operation ${id} (${type}) of the app ${this.app} ${end}${because(error)}`
  }
}

/**
 * The methods of {@link Operations}.
 *
 * @category models
 */
export interface OperationsService {
  /**
   * One operation: `GET /apps/:app/operations/:operationId`. Looks in the operation's region.
   */
  readonly get: (operation: OperationRefInput) => Effect.Effect<Operation, ScalingoError>

  /**
   * Waits for the end of an operation, 15 minutes by default. Fails with `OperationFailed` when the operation fails, and
   * with `WaitTimeout` after the timeout. Looks in the operation's region. The module `Wait` says how waits poll. From
   * three waits in a region on, the list of apps tells which apps are still restarting or scaling, and only the operations of
   * the others are read.
   *
   * ```ts
   * const operation = yield* apps.restart("my-app")
   * yield* operations.await(operation, { timeout: "5 minutes" })
   * yield* operations.await({ app: "my-app", operationId: "54100930736f7563d5030000" })
   * ```
   */
  readonly await: (
    operation: OperationRefInput,
    options?: WaitOptions
  ) => Effect.Effect<Operation, ScalingoError | OperationFailed | WaitTimeout<Operation>>

  /**
   * Every change of an operation, from its current state to its final one. Polls and fails like `await`; the final
   * state of a failed operation is emitted before the failure.
   */
  readonly follow: (
    operation: OperationRefInput,
    options?: WaitOptions
  ) => Stream.Stream<Operation, ScalingoError | OperationFailed | WaitTimeout<Operation>>

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

/** Only what tells whether an app is busy: all of it may be missing. */
const listBusyApps = endpoint(
  "Operations.await",
  "GET /apps",
  Decode.list(
    "apps",
    struct(() => ({ id: nullish(Schema.String), name: nullish(Schema.String), status: nullish(Schema.String) }))
  )
)

const busyStatuses: ReadonlySet<string | null | undefined> = new Set(["restarting", "scaling", "booting"])

const oneOff = "start-one-off"

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

  const read = ({ app, operationId, region }: OperationRefInput) => {
    const operation = call(api, get, { path: { app, operationId } })
    return region === null || region === undefined ? operation : withRegion(operation, region)
  }

  const polling = yield* SharedPolling.make

  const busyApps = Effect.map(
    call(api, listBusyApps, {}),
    (apps) => SharedPolling.busyIds(apps.flatMap(({ id, name, status }) => busyStatuses.has(status) ? [id, name] : []))
  )

  const waiting = (ref: OperationRefInput, options: WaitOptions | undefined) => ({
    subject: `operation ${ref.operationId} of the app ${ref.app}`,
    read: read(ref),
    outcome: outcome(ref.app),
    seen: Poll.byStatus<Operation>,
    options
  })

  return Operations.of({
    get: read,
    await: (ref, options) =>
      polling.settle({
        ...waiting(ref, options),
        region: ref.region,
        list: busyApps,
        id: ref.app,
        // The status of an app says nothing of the one-off containers that start.
        isListed: (last) => {
          const type = last?.type ?? ref.type
          return type === undefined ? undefined : type !== oneOff
        },
        timing: {
          kind: ref.type ?? "",
          took: ({ created_at, finished_at }) => finished_at ? DateTime.distance(created_at, finished_at) : Number.NaN
        }
      }),
    follow: (ref, options) => Poll.changes(waiting(ref, options), Schema.equivalence(Operation)),
    exclusive: apps.withLock
  })
})

export const layer: Layer.Layer<Operations, never, RegionalApi> = Layer.effect(Operations, make)
