/**
 * Runs the calls of clients that return effects: one fiber for each of the concurrent loops, as in a program that is
 * Effect throughout. `Effect.forEach` over the calls would keep a fiber and a result for each of them.
 */
import * as Effect from "effect/Effect"

export const run = (call, calls, concurrency) => {
  let left = calls
  const work = Effect.whileLoop({ while: () => left-- > 0, body: call, step: () => {} })
  return Effect.runPromise(
    Effect.all(Array.from({ length: concurrency }, () => work), { concurrency: "unbounded", discard: true })
  )
}

export const runOnce = (call) => Effect.runPromise(call())
