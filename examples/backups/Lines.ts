/**
 * One line of progress for each thing that is under way. On a terminal the lines stay in their places; elsewhere there is
 * one plain line at the end of each.
 */
import { Effect, Schedule } from "effect"

const { stderr } = process

export const make = Effect.gen(function*() {
  const isTerminal = stderr.isTTY === true
  const lines = new Map<string, string>()
  let drawn = 0
  const draw = Effect.sync(() => {
    const width = (stderr.columns ?? 80) - 1
    const text = Array.from(lines, ([name, line]) => `\u001b[2K${`${name}  ${line}`.slice(0, width)}\n`).join("")
    stderr.write(`${drawn === 0 ? "" : `\u001b[${drawn}A`}${text}`)
    drawn = lines.size
  })
  // Ten times a second are enough for the eye.
  if (isTerminal) yield* Effect.forkScoped(Effect.repeat(draw, Schedule.spaced("100 millis")))
  return {
    set: (name: string, line: string) => Effect.sync(() => lines.set(name, line)),
    end: (name: string, line: string) =>
      Effect.suspend(() => {
        lines.set(name, line)
        return isTerminal ? draw : Effect.sync(() => stderr.write(`${name}  ${line}\n`))
      })
  }
})
