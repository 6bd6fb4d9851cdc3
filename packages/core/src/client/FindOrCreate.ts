/**
 * Creates what a program wants only where it is missing, so that the program can run again.
 *
 * @since 0.2.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { fromUnknown } from "./ScalingoError.js"

/**
 * What is there now.
 *
 * @category models
 */
export interface FoundOrCreated<A> {
  readonly value: A
  /** Whether it was created by this call. */
  readonly created: boolean
}

const isRefusal = (error: unknown): boolean =>
  Option.exists(
    fromUnknown(error),
    ({ _tag }) => _tag === "Unprocessable" || _tag === "Conflict" || _tag === "BadRequest"
  )

/**
 * Finds an item in a list, and creates it when there is none. When the creation is refused, for example because the same
 * item was created by somebody else meanwhile, the list is read once more. If the item is still missing, the call fails
 * with the refusal.
 *
 * @category constructors
 * @example
 * ```ts
 * import { findOrCreate } from "@effect-scalingo/core/FindOrCreate"
 * import { Domains } from "@effect-scalingo/core/Domains"
 * import { Effect } from "effect"
 *
 * const withDomain = (app: string, name: string) =>
 *   Effect.flatMap(Domains, (domains) =>
 *     findOrCreate({
 *       list: domains.list(app),
 *       matches: (domain) => domain.name === name,
 *       create: domains.create(app, { name })
 *     }))
 * ```
 */
export const findOrCreate = <A, E, R, B, E2, R2>(options: {
  readonly list: Effect.Effect<ReadonlyArray<A>, E, R>
  readonly matches: (item: A) => boolean
  readonly create: Effect.Effect<B, E2, R2>
}): Effect.Effect<FoundOrCreated<A | B>, E | E2, R | R2> => {
  const find = Effect.map(
    options.list,
    (items) =>
      Option.map(Arr.findFirst(items, options.matches), (value): FoundOrCreated<A | B> => ({ value, created: false }))
  )
  const create = Effect.map(options.create, (value): FoundOrCreated<A | B> => ({ value, created: true }))
  const orElse = <E3, R3>(missing: Effect.Effect<FoundOrCreated<A | B>, E3, R3>) =>
    Effect.flatMap(
      find,
      Option.match({ onNone: () => missing, onSome: (found) => Effect.succeed(found) })
    )
  return orElse(Effect.catchAll(create, (error) => isRefusal(error) ? orElse(Effect.fail(error)) : Effect.fail(error)))
}
