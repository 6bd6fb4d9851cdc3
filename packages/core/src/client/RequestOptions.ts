/**
 * What an effect may change of the calls in it: timeout, headers, dry run; and what it may learn beside their values.
 * The region is set by `Region.withRegion`, retries by `RetryPolicy.withRetryPolicy`, the place in the queue by
 * `Quota.withPriority`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { OperationRef } from "../schema/Operation.js"
import type { Pagination } from "./Pagination.js"

/**
 * The timeout of the calls in an effect, when it is not the configured one.
 *
 * @category tags
 */
export class CallTimeout extends Context.Reference<CallTimeout>()("@effect-scalingo/core/CallSettings/Timeout", {
  defaultValue: (): Option.Option<Duration.DurationInput> => Option.none()
}) {}

/**
 * The time that one attempt of a call in this effect may take, from its start to the last byte of its answer. Waiting
 * for the quota and between attempts does not count; `Effect.timeout` bounds those as well.
 *
 * @category combinators
 */
export const withTimeout: {
  (timeout: Duration.DurationInput): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, timeout: Duration.DurationInput): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, timeout: Duration.DurationInput): Effect.Effect<A, E, R> =>
    Effect.provideService(self, CallTimeout, Option.some(timeout))
)

/**
 * Headers of the calls in an effect, beside the configured ones.
 *
 * @category tags
 */
export class CallHeaders extends Context.Reference<CallHeaders>()("@effect-scalingo/core/CallSettings/Headers", {
  defaultValue: (): { readonly [name: string]: string } => ({})
}) {}

/**
 * Sends these headers with the calls in an effect. They win over the configured ones; sign-in and content headers
 * are the library's.
 *
 * @category combinators
 */
export const withHeaders: {
  (
    headers: { readonly [name: string]: string }
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, headers: { readonly [name: string]: string }): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    headers: { readonly [name: string]: string }
  ): Effect.Effect<A, E, R> =>
    Effect.flatMap(CallHeaders, (outer) => Effect.provideService(self, CallHeaders, { ...outer, ...headers }))
)

/**
 * Asks the platform to validate only: `apps.create({ name: "my-app" }).pipe(withDryRun)` answers and fails as the
 * real creation would, and creates nothing. Only the creation of apps honours it (`X-Dry-Run`).
 *
 * @category combinators
 */
export const withDryRun: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = withHeaders({
  "x-dry-run": "true"
})

/**
 * What the platform answered, beside the value.
 *
 * @category models
 */
export interface ApiResponse {
  /** The library's name of the call, such as `Apps.restart`. */
  readonly endpoint: string
  readonly status: number
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** The server's `X-Request-Id`, or the one that was sent. */
  readonly requestId: string
  readonly attempts: number
  /** From the call to the answer, waits included. */
  readonly elapsed: Duration.Duration
  /** `null` for the APIs that have no region. */
  readonly region: string | null
  /** The body as it came: with the fields that no schema knows yet, and with its secrets. */
  readonly body: Redacted.Redacted
  /** The page's metadata, when the answer is a page. */
  readonly pagination: Option.Option<Pagination>
  /** The operation that this call started, when it started one: see `Operations.await`. */
  readonly operation: Option.Option<OperationRef>
}

/**
 * A value, and what the platform answered for it.
 *
 * @category models
 */
export interface WithResponse<A> {
  readonly value: A
  /** The last answer of success; `None` when there was none. */
  readonly response: Option.Option<ApiResponse>
  /** Every answer of success, in the order in which they came. What failed is in the error. */
  readonly responses: ReadonlyArray<ApiResponse>
}

/**
 * Where the answers of an effect's calls are noted.
 *
 * @internal
 */
export class ResponseNotes extends Context.Reference<ResponseNotes>()("@effect-scalingo/core/CallSettings/Notes", {
  defaultValue: (): Option.Option<(response: ApiResponse) => void> => Option.none()
}) {}

/**
 * Gives the status, headers, request id and metadata of the answers beside the value of an effect.
 *
 * @category combinators
 * @example
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Apps"
 * import { withResponse } from "@effect-scalingo/core/RequestOptions"
 * import { Effect, Option } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const apps = yield* Apps
 *   const { response, value } = yield* withResponse(apps.get("my-app"))
 *   yield* Effect.log(value.name, Option.map(response, (answer) => answer.requestId))
 * })
 * ```
 */
export const withResponse = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<WithResponse<A>, E, R> =>
  Effect.flatMap(ResponseNotes, (outer) => {
    let responses: ReadonlyArray<ApiResponse> = []
    let open = true
    const note = (response: ApiResponse): void => {
      // A fiber that outlives the effect must not fill a list that nobody reads any more.
      if (open) responses = [...responses, response]
      if (Option.isSome(outer)) outer.value(response)
    }
    return Effect.provideService(self, ResponseNotes, Option.some(note)).pipe(
      Effect.ensuring(Effect.sync(() => {
        open = false
      })),
      Effect.map((value) => ({ value, response: Option.fromNullable(responses[responses.length - 1]), responses }))
    )
  })
