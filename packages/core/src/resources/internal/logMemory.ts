/**
 * Which lines of a log were seen: what a tail has emitted, and what a dump has repeated.
 *
 * Lines are compared as they came. A line with a header has nanoseconds in it, so two equal ones are one line that came
 * twice. A line without a header may well repeat, so it counts as seen only right behind a line that does.
 */
import * as Option from "effect/Option"
import type { LogLine } from "../../schema/LogLine.js"

/** The last lines of a log, for the comparison with a dump. */
export interface LogMemory {
  readonly add: (line: LogLine) => void
  /** The time of the newest line. */
  readonly newest: () => LogLine["time"]
  readonly isEmpty: () => boolean
  /** Whether a dump reaches back to a line that was seen, so that nothing is missing in between. */
  readonly reaches: (dump: ReadonlyArray<LogLine>) => boolean
  /** The lines of a dump that were not seen. */
  readonly unseen: (dump: ReadonlyArray<LogLine>) => ReadonlyArray<LogLine>
}

const hasHeader = ({ time }: LogLine): boolean => Option.isSome(time)

const countsOf = (lines: Iterable<LogLine>): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { raw } of lines) counts.set(raw, (counts.get(raw) ?? 0) + 1)
  return counts
}

/** Removes one occurrence of a line, if there is one. */
const take = (known: Map<string, number>, raw: string): boolean => {
  const count = known.get(raw) ?? 0
  if (count === 1) known.delete(raw)
  else if (count > 1) known.set(raw, count - 1)
  return count > 0
}

export const makeLogMemory = (capacity: number): LogMemory => {
  /** A ring. */
  const lines: Array<LogLine> = []
  let next = 0
  let newest: LogLine["time"] = Option.none()

  /**
   * The first line of a dump that was seen: what is before it is older than all that is remembered. Lines without a
   * header tell only where there are no others.
   */
  const anchorIn = (dump: ReadonlyArray<LogLine>): number => {
    const known = new Set(lines.map(({ raw }) => raw))
    return dump.findIndex((line) => known.has(line.raw) && (hasHeader(line) || Option.isNone(newest)))
  }

  return {
    add: (line) => {
      const nanos = Option.getOrUndefined(line.time)?.epochNanos
      const newestNanos = Option.getOrUndefined(newest)?.epochNanos
      if (nanos !== undefined && (newestNanos === undefined || nanos > newestNanos)) newest = line.time
      lines[next] = line
      next = (next + 1) % capacity
    },
    newest: () => newest,
    isEmpty: () => lines.length === 0,
    reaches: (dump) => anchorIn(dump) !== -1,
    unseen: (dump) => {
      const anchor = anchorIn(dump)
      if (anchor === -1) return dump
      const ordered = [...lines.slice(next), ...lines.slice(0, next)]
      const first = dump[anchor]
      // A line without a header before the anchor does not stand for one behind it.
      const known = countsOf(ordered.slice(ordered.findIndex(({ raw }) => raw === first?.raw)))
      let isAfterSeen = true
      return dump.slice(anchor).filter((line) => {
        if (!hasHeader(line) && !isAfterSeen) return true
        const isSeen = take(known, line.raw)
        if (hasHeader(line)) isAfterSeen = isSeen
        return !isSeen
      })
    }
  }
}

/** How far behind the newest line of a dump its lines may still come again, in nanoseconds. */
const overlap = 30_000_000_000n

/**
 * Removes the lines of a dump from the live lines that follow it: both have what was written while the dump was read.
 * `isEarly` says that a line came before the dump had ended: only then a line without a header, with no other before it,
 * can be in the dump.
 */
export const withoutDump = (dump: ReadonlyArray<LogLine>): (line: LogLine, isEarly: boolean) => boolean => {
  const known = countsOf(dump)
  let newest: bigint | undefined
  for (const { time } of dump) {
    if (Option.isSome(time) && (newest === undefined || time.value.epochNanos > newest)) newest = time.value.epochNanos
  }
  /** What the last line with a header was; `undefined` before the first one. */
  let isAfterSeen: boolean | undefined
  return (line, isEarly) => {
    if (known.size === 0) return true
    if (!hasHeader(line)) return !((isAfterSeen ?? isEarly) && take(known, line.raw))
    const nanos = Option.getOrUndefined(line.time)?.epochNanos
    if (nanos !== undefined && newest !== undefined && nanos > newest + overlap) known.clear()
    isAfterSeen = take(known, line.raw)
    return !isAfterSeen
  }
}
