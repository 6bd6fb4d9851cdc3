/**
 * Lets Node handle messages and sockets during a long computation. Vitest fails a run when a worker does not read its
 * messages for a minute.
 */
import { Effect } from "effect"

export const turn: Effect.Effect<void> = Effect.async((resume) => {
  setImmediate(() => resume(Effect.void))
})
