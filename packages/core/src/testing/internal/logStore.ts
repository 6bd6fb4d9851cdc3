/**
 * The lines of logs: those that are written, and those that containers write by themselves while they run.
 *
 * Nothing writes the lines of a container when they are due. A line is a function of its container and its number, so
 * only those that are still in the history are made, when somebody reads the log.
 */
import { databaseText, mix, routerText, seedOf, webText, workerText } from "./logTexts.js"
import type { Addon, App } from "./models.js"
import { iso, type State, statePart } from "./state.js"

/** How many lines of a log are kept. */
export const maxLogLines = 10_000

export interface LogLine {
  readonly container: string
  /** The whole line: time, container and text. */
  readonly line: string
}

/** What writes a line from time to time. */
interface Writer {
  readonly key: string
  readonly container: string
  readonly seed: number
  readonly text: (random: number) => string
  readonly from: number
  /** `undefined` while it runs. */
  until: number | undefined
  /** The number of its next line. */
  next: number
}

interface Unplaced {
  readonly at: number
  readonly container: string
  readonly text: string
}

/** The log of an app, or of an addon. */
export interface Log {
  readonly writers: Array<Writer>
  /** What was written since the log was last read. */
  unplaced: Array<Unplaced>
  lines: Array<LogLine>
  /** How many lines came before the first one in `lines`. */
  dropped: number
  /** The time of the last line: the platform's times have nanoseconds. */
  readonly last: { at: number; nanos: number }
  removed: boolean
}

const logs = statePart(() => new Map<string, Log>())

/** The log of an app or of an addon, by its id. */
export const logOf = (state: State, id: string): Log => {
  const known = logs(state).get(id) ??
    { writers: [], unplaced: [], lines: [], dropped: 0, last: { at: 0, nanos: 0 }, removed: false }
  logs(state).set(id, known)
  return known
}

/** Removes a log. Who reads it finds it `removed`. */
export const removeLog = (state: State, id: string): void => {
  const log = logs(state).get(id)
  if (log === undefined) return
  log.removed = true
  logs(state).delete(id)
  state.changed()
}

/** The instant of a line of a writer: up to a fifth of an interval early. */
const timeOf = (state: State, { from, seed }: Writer, count: number): number =>
  Math.round(from + state.settings.logInterval * (count + 1 - (mix(seed, count) % 1000) / 5000))

/** A line in the form of the platform. */
export const formatLine = (at: number, nanos: number, container: string, text: string): string => {
  const time = iso(at)
  return `${time.slice(0, 10)} ${time.slice(11, 23)}${String(nanos).padStart(6, "0")} +0000 UTC [${container}] ${text}`
}

const header = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\S* \S+ \S+ \[([^\]]+)\]/

/** Makes the whole line. A text that is a whole line already stays as it is. Times of lines grow strictly. */
const place = (log: Log, { at, container, text }: Unplaced): LogLine => {
  const whole = header.exec(text)
  if (whole !== null) return { container: whole[1] ?? container, line: text }
  const { last } = log
  const count = log.dropped + log.lines.length
  const random = mix(last.nanos, count)
  last.nanos = at === last.at ? Math.min(999_999, last.nanos + 1 + random % 7) : random % 100_000
  last.at = at
  return { container, line: formatLine(at, last.nanos, container, text) }
}

const byTime = (a: Unplaced, b: Unplaced) => a.at - b.at

/** Adds the lines of the writers up to the present, and brings all into the order of their times. */
const settle = (state: State, log: Log): void => {
  const now = state.now()
  const interval = state.settings.logInterval
  const running = log.writers.filter((writer) => writer.until === undefined).length
  const fresh = log.unplaced
  log.unplaced = []
  for (const writer of log.writers) {
    const end = Math.min(writer.until ?? now, now)
    // Earlier lines would be dropped at once. The margin is for those that write more than others in the same time.
    const share = writer.until === undefined ? Math.ceil(maxLogLines * 1.3 / running) + 10 : maxLogLines
    let count = Math.max(writer.next, Math.floor((end - writer.from) / interval) - share)
    for (let at = timeOf(state, writer, count); at <= end; at = timeOf(state, writer, ++count)) {
      fresh.push({ at, container: writer.container, text: writer.text(mix(writer.seed, count)) })
    }
    writer.next = count
  }
  log.writers.splice(0, log.writers.length, ...log.writers.filter((writer) => writer.until === undefined))
  if (fresh.length === 0) return
  const kept = fresh.sort(byTime).slice(-maxLogLines)
  log.dropped += fresh.length - kept.length
  for (const line of kept) log.lines.push(place(log, line))
  if (log.lines.length > 2 * maxLogLines) {
    log.dropped += log.lines.length - maxLogLines
    log.lines = log.lines.slice(-maxLogLines)
  }
}

/** The lines of the history so far. */
export const historyOf = (state: State, log: Log): ReadonlyArray<LogLine> => {
  settle(state, log)
  return log.lines.slice(-maxLogLines)
}

/** The position behind the last line. */
export const endOf = (state: State, log: Log): number => {
  settle(state, log)
  return log.dropped + log.lines.length
}

/** The lines from a position on. Those that are no longer in the history are left out. */
export const linesFrom = (state: State, log: Log, position: number): ReadonlyArray<LogLine> => {
  settle(state, log)
  return log.lines.slice(Math.max(0, position - log.dropped, log.lines.length - maxLogLines))
}

/** When the next line of a writer is due. */
export const nextLineAt = (state: State, log: Log): number => {
  let next = Number.POSITIVE_INFINITY
  for (const writer of log.writers) {
    if (writer.until === undefined) next = Math.min(next, timeOf(state, writer, writer.next))
  }
  return next
}

/** Writes texts now. Each line of a text is a line of the log. */
export const writeLog = (state: State, id: string, container: string, texts: ReadonlyArray<string>): void => {
  if (texts.length === 0) return
  const log = logOf(state, id)
  for (const text of texts.flatMap((it) => it.split(/\r?\n/))) log.unplaced.push({ at: state.now(), container, text })
  if (log.unplaced.length > 2 * maxLogLines) {
    log.dropped += log.unplaced.length - maxLogLines
    log.unplaced = log.unplaced.slice(-maxLogLines)
  }
  state.changed()
}

/** Drops all lines, for seeds. */
export const clearLog = (state: State, id: string): void => {
  const log = logOf(state, id)
  log.unplaced = []
  log.lines = []
}

interface Wanted {
  readonly key: string
  readonly container: string
  readonly text: (random: number) => string
}

/** Starts and stops writers so that these are the ones that run. */
const setWriters = (state: State, id: string, wanted: ReadonlyArray<Wanted>): void => {
  if (state.settings.logInterval === Number.POSITIVE_INFINITY) return
  const { writers } = logOf(state, id)
  for (const writer of writers) {
    if (!wanted.some(({ key }) => key === writer.key)) writer.until ??= state.now()
  }
  for (const it of wanted) {
    if (writers.some(({ key, until }) => key === it.key && until === undefined)) continue
    writers.push({ ...it, seed: seedOf(it.key), from: state.now(), until: undefined, next: 0 })
  }
  state.changed()
}

/** Lets the containers of an app write, and the router when the app logs its requests. */
export const followContainers = (state: State, app: App): void => {
  const writing: Array<Wanted> = app.containers.filter((it) => it.type !== "one-off").map((it) => ({
    key: it.id,
    container: `${it.type}-${it.index}`,
    text: it.type === "web" ? webText : workerText
  }))
  if (app.routerLogs && app.containers.some((it) => it.type === "web")) {
    const text = (random: number) => routerText(`${app.name}.${app.region}.scalingo.io`, random)
    writing.push({ key: `router-${app.id}`, container: "router", text })
  }
  setWriters(state, app.id, writing)
}

/** Lets an addon write while it runs. */
export const followAddon = (state: State, addon: Addon): void =>
  setWriters(
    state,
    addon.id,
    addon.status === "running"
      ? [{ key: addon.id, container: `${addon.providerId}-1`, text: databaseText }]
      : []
  )
