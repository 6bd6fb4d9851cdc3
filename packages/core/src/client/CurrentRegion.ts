/**
 * In which region of Scalingo an effect runs.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/**
 * The region of the calls in an effect, when one was chosen; otherwise the configured one (`SCALINGO_REGION`,
 * `osc-fr1` when unset). Forked fibers and streams inherit it.
 *
 * @category tags
 */
export class Region extends Context.Reference<Region>()("@effect-scalingo/core/Region", {
  defaultValue: (): Option.Option<string> => Option.none()
}) {}

/**
 * Runs the calls of an effect in the region of that name. A name that Scalingo does not have fails with
 * `InvalidRequest`, which lists the names that it has.
 *
 * @category combinators
 * @example
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Apps"
 * import { withRegion } from "@effect-scalingo/core/CurrentRegion"
 * import { Effect } from "effect"
 *
 * const app = Effect.flatMap(Apps, (apps) => apps.get("my-app")).pipe(withRegion("osc-secnum-fr1"))
 * ```
 */
export const withRegion: {
  (region: string): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, region: string): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, region: string): Effect.Effect<A, E, R> =>
    Effect.provideService(self, Region, Option.some(region))
)

/**
 * The same for a stream: every page of it is read in the region of that name.
 *
 * @category combinators
 * @example
 * ```ts
 * import { Events } from "@effect-scalingo/core/Events"
 * import { streamWithRegion } from "@effect-scalingo/core/CurrentRegion"
 * import { Effect, Stream } from "effect"
 *
 * const events = Stream.unwrap(Effect.map(Events, (events) => events.listForUser())).pipe(
 *   streamWithRegion("osc-secnum-fr1")
 * )
 * ```
 */
export const streamWithRegion: {
  (region: string): <A, E, R>(self: Stream.Stream<A, E, R>) => Stream.Stream<A, E, R>
  <A, E, R>(self: Stream.Stream<A, E, R>, region: string): Stream.Stream<A, E, R>
} = dual(
  2,
  <A, E, R>(self: Stream.Stream<A, E, R>, region: string): Stream.Stream<A, E, R> =>
    Stream.provideSomeContext(self, Context.make(Region, Option.some(region)))
)
