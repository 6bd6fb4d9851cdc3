/**
 * A progress bar that redraws itself on a terminal and prints a line per tenth elsewhere.
 */
import { Terminal } from "@effect/platform"
import { Effect, Ref } from "effect"

export interface Progress {
  readonly start: (what: string) => Effect.Effect<void>
  readonly finish: (failed: boolean) => Effect.Effect<void>
  /** Prints text above the bar. */
  readonly print: (text: string) => Effect.Effect<void>
  /** Removes the bar. */
  readonly clear: Effect.Effect<void>
}

const barWidth = 30

interface State {
  readonly ready: number
  readonly failed: number
  readonly current: string
}

export const make = (total: number): Effect.Effect<Progress, never, Terminal.Terminal> =>
  Effect.gen(function*() {
    const terminal = yield* Terminal.Terminal
    const isTTY = yield* terminal.isTTY
    const columns = yield* terminal.columns
    const state = yield* Ref.make<State>({ ready: 0, failed: 0, current: "" })
    const display = (text: string) => Effect.ignore(terminal.display(text))

    const bar = ({ current, failed, ready }: State) => {
      const full = total === 0 ? barWidth : Math.round(barWidth * ready / total)
      const text = `${"█".repeat(full)}${"░".repeat(barWidth - full)} ${ready}/${total}${
        failed === 0 ? "" : `, ${failed} failed`
      }  ${current}`
      return isTTY ? Array.from(text).slice(0, Math.max(barWidth, columns - 1)).join("") : text
    }
    const draw = Effect.flatMap(state, (now) => isTTY ? display(`\r\u001b[2K${bar(now)}`) : Effect.void)
    const clear = isTTY ? display("\r\u001b[2K") : Effect.void
    /** Whether to print a line, where the bar cannot redraw itself. */
    const milestone = ({ ready }: State) =>
      !isTTY && total > 0 && Math.floor(ready * 10 / total) > Math.floor((ready - 1) * 10 / total)

    return {
      start: (what) => Effect.zipRight(Ref.update(state, (now) => ({ ...now, current: what })), draw),
      finish: (failed) =>
        Ref.updateAndGet(state, (now) => ({
          ...now,
          ready: now.ready + 1,
          failed: now.failed + (failed ? 1 : 0)
        })).pipe(
          Effect.flatMap((now) => milestone(now) ? display(`${bar({ ...now, current: "" }).trimEnd()}\n`) : draw)
        ),
      print: (text) => clear.pipe(Effect.zipRight(display(`${text}\n`)), Effect.zipRight(draw)),
      clear
    }
  })
