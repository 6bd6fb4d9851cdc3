/**
 * Which lines of a log were seen: what a tail has emitted, and what a dump has repeated.
 *
 * Lines are compared as they came. A line with a header has nanoseconds in it, so that two equal ones are one line that
 * came twice. A line without a header may well repeat: it counts as seen only right behind a line that does.
 */
import * as Option from "effect/Option"
import type { LogLine } from "../../schema/LogLine.js"

const nanosOf = (line: LogLine): bigint | undefined => Option.getOrUndefined(line.time)?.epochNanos

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

export const makeLogMemory = (capacity: number): LogMemory => {
  /** A ring of lines. */
  const lines: Array<LogLine> = []
  let next = 0
  let newest: LogLine["time"] = Option.none()
  /** Lines up to this time count as seen, although they are no longer in the ring. */
  let forgottenUntil: bigint | undefined

  const counts = (): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const { raw } of lines) counts.set(raw, (counts.get(raw) ?? 0) + 1)
    return counts
  }
  const isForgotten = (nanos: bigint | undefined) =>
    nanos !== undefined && forgottenUntil !== undefined && nanos <= forgottenUntil

  return {
    add: (line) => {
      const nanos = nanosOf(line)
      const newestNanos = Option.getOrUndefined(newest)?.epochNanos
      if (nanos !== undefined && (newestNanos === undefined || nanos > newestNanos)) newest = line.time
      const forgotten = lines[next]
      const forgottenNanos = forgotten === undefined ? undefined : nanosOf(forgotten)
      if (forgottenNanos !== undefined && (forgottenUntil === undefined || forgottenNanos > forgottenUntil)) {
        forgottenUntil = forgottenNanos
      }
      lines[next] = line
      next = (next + 1) % capacity
    },
    newest: () => newest,
    isEmpty: () => lines.length === 0,
    reaches: (dump) => {
      const known = new Set(lines.map(({ raw }) => raw))
      const until = Option.getOrUndefined(newest)?.epochNanos
      // Lines without a header tell only where there are no others: they may well repeat.
      return until === undefined
        ? dump.some(({ raw }) => known.has(raw))
        : dump.some(({ raw, time }) => Option.isSome(time) && (time.value.epochNanos <= until || known.has(raw)))
    },
    unseen: (dump) => {
      const filter = makeFilter(counts(), isForgotten)
      return dump.filter(filter)
    }
  }
}

/** Whether a line is new. Each known line removes one equal line. */
const makeFilter = (
  known: Map<string, number>,
  isForgotten: (nanos: bigint | undefined) => boolean = () => false
): (line: LogLine) => boolean => {
  /** What the last line with a header was; at the beginning there is none to go by. */
  let afterSeen = true
  return (line) => {
    const nanos = nanosOf(line)
    const count = known.get(line.raw) ?? 0
    if (nanos === undefined && !afterSeen) return true
    const isSeen = count > 0 || isForgotten(nanos)
    if (count === 1) known.delete(line.raw)
    else if (count > 1) known.set(line.raw, count - 1)
    if (nanos !== undefined) afterSeen = isSeen
    return !isSeen
  }
}

/** How far behind the newest line of a dump its lines may still come again, in nanoseconds. */
const overlap = 30_000_000_000n

/**
 * Removes the lines of a dump from the live lines that follow it: both have what was written while the dump was read.
 * Stops when the live lines are past the dump.
 */
export const withoutDump = (dump: ReadonlyArray<LogLine>): (line: LogLine) => boolean => {
  const known = new Map<string, number>()
  let newest: bigint | undefined
  for (const line of dump) {
    known.set(line.raw, (known.get(line.raw) ?? 0) + 1)
    const nanos = nanosOf(line)
    if (nanos !== undefined && (newest === undefined || nanos > newest)) newest = nanos
  }
  const isNew = makeFilter(known)
  return (line) => {
    if (known.size === 0) return true
    const nanos = nanosOf(line)
    if (nanos !== undefined && newest !== undefined && nanos > newest + overlap) {
      known.clear()
      return true
    }
    return isNew(line)
  }
}
