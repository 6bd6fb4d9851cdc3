/**
 * The region of Scalingo that the calls in an effect go to.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/**
 * The name of the region. `None` stands for the configured one (`SCALINGO_REGION`, default `osc-fr1`). Forked fibers and
 * streams inherit it.
 *
 * @category tags
 */
export class CurrentRegion extends Context.Reference<CurrentRegion>()("@effect-scalingo/core/CurrentRegion", {
  defaultValue: (): Option.Option<string> => Option.none()
}) {}

/**
 * Sends the calls in an effect to a region. An unknown name fails with `InvalidRequest`, which lists the known ones.
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
} = /* @__PURE__ */ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, region: string): Effect.Effect<A, E, R> =>
    Effect.provideService(self, CurrentRegion, Option.some(region))
)

/**
 * Sends the calls of a stream to a region: every page is read there.
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
} = /* @__PURE__ */ dual(
  2,
  <A, E, R>(self: Stream.Stream<A, E, R>, region: string): Stream.Stream<A, E, R> =>
    Stream.provideSomeContext(self, Context.make(CurrentRegion, Option.some(region)))
)
