/**
 * Time series of generated values, the same in every run.
 */
import * as Effect from "effect/Effect"
import { minute } from "./durations.js"
import { badRequest, type Refusal } from "./responses.js"
import type { PublicCall } from "./route.js"
import { iso } from "./state.js"

/** A value between 0 and 1 for an instant. */
export const wave = (at: number): number => (1 + Math.sin(at / (10 * minute))) / 2

const points = 60

/** Sixty points over the hours in `since`, three by default; only the last one with `last=true`. */
export const readTimeSeries = (
  call: PublicCall,
  valueAt: (at: number) => number
): Effect.Effect<ReadonlyArray<{ readonly time: string; readonly value: number }>, Refusal> => {
  const asked = call.query.get("since")
  const hours = asked === null ? 3 : Number(asked)
  if (!Number.isInteger(hours) || hours < 1) return badRequest("since must be a number of hours")
  const step = hours * minute
  const last = Math.floor(call.now / step) * step
  const series = Array.from({ length: points }, (_, index) => {
    const at = last - (points - 1 - index) * step
    return { time: iso(at), value: valueAt(at) }
  })
  return Effect.succeed(call.query.get("last") === "true" ? series.slice(-1) : series)
}
