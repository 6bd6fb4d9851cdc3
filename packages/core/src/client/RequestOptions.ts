/**
 * Request options: timeout, headers, dry run and a throttle handler for the calls in an effect, and their raw responses.
 * More options are
 * `CurrentRegion.withRegion`, `RetryPolicy.withRetryPolicy` and `RateLimiter.withPriority`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import type { DurationInput } from "../schema/ScalingoSchema.js"
import { type ApiResponse, ResponseLog } from "./internal/responseLog.js"
import { type Throttle, ThrottleHandler } from "./internal/waits.js"

export type { ApiResponse } from "./internal/responseLog.js"
export { type Throttle, ThrottleHandler } from "./internal/waits.js"

/**
 * The timeout of each attempt in an effect. `None` stands for the configured one.
 *
 * @category tags
 */
export class RequestTimeout
  extends Context.Reference<RequestTimeout>()("@effect-scalingo/core/RequestOptions/Timeout", {
    defaultValue: (): Option.Option<DurationInput> => Option.none()
  })
{}

/**
 * Sets the timeout of each attempt, from its start to the last byte of its response. Waiting for the rate limiter and
 * between attempts does not count. `Effect.timeout` limits the call as a whole. A call whose timeout is zero fails
 * with `InvalidRequest`.
 *
 * @category combinators
 */
export const withTimeout: {
  (timeout: DurationInput): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, timeout: DurationInput): Effect.Effect<A, E, R>
} = /* @__PURE__ */ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, timeout: DurationInput): Effect.Effect<A, E, R> =>
    Effect.provideService(self, RequestTimeout, Option.some(timeout))
)

/**
 * The headers of the calls in an effect, in addition to the configured ones.
 *
 * @category tags
 */
export class RequestHeaders
  extends Context.Reference<RequestHeaders>()("@effect-scalingo/core/RequestOptions/Headers", {
    defaultValue: (): { readonly [name: string]: string } => ({})
  })
{}

/**
 * Sends these headers with the calls in an effect. They override the configured ones. Headers of the sign-in, the
 * content and the connection cannot be set.
 *
 * @category combinators
 */
export const withHeaders: {
  (
    headers: { readonly [name: string]: string }
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, headers: { readonly [name: string]: string }): Effect.Effect<A, E, R>
} = /* @__PURE__ */ dual(
  2,
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    headers: { readonly [name: string]: string }
  ): Effect.Effect<A, E, R> =>
    Effect.flatMap(RequestHeaders, (outer) => Effect.provideService(self, RequestHeaders, { ...outer, ...headers }))
)

/**
 * Asks the platform to validate only: `apps.create({ name: "my-app" }).pipe(withDryRun)` responds and fails as the real
 * creation would, and creates nothing. Only the creation of apps supports it (`X-Dry-Run`).
 *
 * @category combinators
 */
export const withDryRun: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> =
  /* @__PURE__ */ withHeaders({
    "x-dry-run": "true"
  })

/**
 * Runs a handler when a call in an effect has to wait for more than 5 s: for the rate limiter, or for a retry after a 429,
 * a 503 or another failure. It runs once for each wait, beside the call and without delaying it: when the wait begins, or
 * after 5 s when its length was not known before. Handlers do not nest, the inner one counts. Beside that, the library
 * logs one line at INFO for each period in which calls wait that long.
 *
 * @category combinators
 * @example
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Apps"
 * import { withThrottleHandler } from "@effect-scalingo/core/RequestOptions"
 * import { Duration, Effect, Option } from "effect"
 *
 * const program = Effect.flatMap(Apps, (apps) => apps.list).pipe(
 *   withThrottleHandler(({ delay, endpoint }) =>
 *     Effect.log(`${endpoint} starts in ${Option.match(delay, { onNone: () => "a while", onSome: Duration.format })}`)
 *   )
 * )
 * ```
 */
export const withThrottleHandler: {
  <R2>(
    handler: (throttle: Throttle) => Effect.Effect<void, never, R2>
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R | R2>
  <A, E, R, R2>(
    self: Effect.Effect<A, E, R>,
    handler: (throttle: Throttle) => Effect.Effect<void, never, R2>
  ): Effect.Effect<A, E, R | R2>
} = /* @__PURE__ */ dual(
  2,
  <A, E, R, R2>(
    self: Effect.Effect<A, E, R>,
    handler: (throttle: Throttle) => Effect.Effect<void, never, R2>
  ): Effect.Effect<A, E, R | R2> =>
    Effect.contextWithEffect((context: Context.Context<R2>) =>
      Effect.provideService(
        self,
        ThrottleHandler,
        Option.some((throttle: Throttle) => Effect.provide(handler(throttle), context))
      )
    )
)

/**
 * A value, and the responses that it was decoded from.
 *
 * @category models
 */
export interface WithResponse<A> {
  readonly value: A
  /** The last successful response; `None` when no request was made. */
  readonly response: Option.Option<ApiResponse>
  /** Every successful response, oldest first. Those of failed attempts are in the error. */
  readonly responses: ReadonlyArray<ApiResponse>
}

/**
 * Returns the value of an effect together with the raw responses of its calls: status, headers, request id, body.
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
 *   yield* Effect.log(value.name, Option.map(response, ({ requestId }) => requestId))
 * })
 * ```
 */
export const withResponse = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<WithResponse<A>, E, R> =>
  Effect.flatMap(ResponseLog, (outer) => {
    let responses: ReadonlyArray<ApiResponse> = []
    let open = true
    const add = (response: ApiResponse): void => {
      // A fiber that outlives the effect must not fill a list that nothing reads any more.
      if (open) responses = [...responses, response]
      if (Option.isSome(outer)) outer.value(response)
    }
    return Effect.provideService(self, ResponseLog, Option.some(add)).pipe(
      Effect.ensuring(Effect.sync(() => {
        open = false
      })),
      Effect.map((value) => ({ value, response: Option.fromNullable(responses[responses.length - 1]), responses }))
    )
  })
