/**
 * Lines of the logs of apps and databases: their time, container and text, the fields of the router's lines, and what
 * stands for lines that are missing.
 *
 * @since 0.2.0
 */
import * as Arr from "effect/Array"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/**
 * The time of a line. The platform writes nanoseconds, which a `DateTime` cannot hold.
 *
 * @category models
 */
export interface LogTime {
  /** In whole milliseconds. */
  readonly dateTime: DateTime.Utc
  /** Since 1970, in nanoseconds. */
  readonly epochNanos: bigint
}

/**
 * A line of a log.
 *
 * @category models
 */
export interface LogLine {
  readonly _tag: "LogLine"
  /** The line as it came, without its line end. */
  readonly raw: string
  /** `None` for a line without a header, such as a continuation. */
  readonly time: Option.Option<LogTime>
  /** `web-1`, `router`, `postdeploy-…`, the label of a one-off container. `None` for a line without a header. */
  readonly container: Option.Option<string>
  /** What the container wrote. All of `raw` for a line without a header. */
  readonly text: string
}

/**
 * Lines that are lost: the server no longer had them after a connection broke.
 *
 * @category models
 */
export interface Gap {
  readonly _tag: "Gap"
  /** The time of the last line before the gap, if it had one. */
  readonly from: Option.Option<LogTime>
  /** The time of the first line after the gap. `None` when the server has no lines at all. */
  readonly to: Option.Option<LogTime>
}

/**
 * Items that were dropped because they were not consumed in time.
 *
 * @category models
 */
export interface Dropped {
  readonly _tag: "Dropped"
  readonly count: number
}

/** `2015-02-16 02:02:43.930163178 +0000 UTC [web-1] text`, as Go prints a time. The name of the zone may be missing. */
const header =
  /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))? ([+-])(\d{2})(\d{2})(?: [A-Za-z0-9+-]+)? \[([^\]]+)\](?: |$)/

const secondsOf = (date: string, time: string): number | undefined => {
  const iso = `${date}T${time}.000Z`
  const millis = Date.parse(iso)
  // The 31st of June is a date for some engines.
  return Number.isNaN(millis) || new Date(millis).toISOString() !== iso ? undefined : millis / 1000
}

/**
 * Parses a line, whose line end is already removed. Never fails: a line without the platform's header has neither time
 * nor container, and keeps its text.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as LogLine from "@effect-scalingo/core/LogLine"
 *
 * const line = LogLine.parse("2015-02-16 02:02:43.930163178 +0000 UTC [web-1] Started GET /")
 * // line.container is Some("web-1"), line.text is "Started GET /"
 * ```
 */
export const parse = (raw: string): LogLine => {
  const found = header.exec(raw)
  const bare: LogLine = { _tag: "LogLine", raw, time: Option.none(), container: Option.none(), text: raw }
  if (found === null) return bare
  const [whole, date = "", time = "", fraction = "", sign, hours, minutes, container = ""] = found
  const seconds = secondsOf(date, time)
  if (seconds === undefined || Number(minutes) > 59) return bare
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 * (sign === "-" ? -1 : 1)
  const nanos = Number(fraction.padEnd(9, "0"))
  return {
    _tag: "LogLine",
    raw,
    time: Option.some({
      dateTime: DateTime.unsafeMake((seconds - offset) * 1000 + Math.floor(nanos / 1_000_000)),
      epochNanos: BigInt(seconds - offset) * 1_000_000_000n + BigInt(nanos)
    }),
    container: Option.some(container),
    text: raw.slice(whole.length)
  }
}

/**
 * Decodes and parses the bytes of a log, however they are cut: a dump of the platform, or an archive that is unpacked.
 * Lines end with `\n` or `\r\n`. Empty lines are kept, and so is a last line without an end.
 *
 * @category constructors
 * @example
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Apps"
 * import * as LogLine from "@effect-scalingo/core/LogLine"
 * import { SignedUrls } from "@effect-scalingo/core/SignedUrls"
 * import { Effect, Stream } from "effect"
 *
 * // The last lines of all containers.
 * const lines = Stream.unwrap(Effect.gen(function*() {
 *   const { logs_url } = yield* (yield* Apps).logsUrl("my-app")
 *   const urls = yield* SignedUrls
 *   return LogLine.fromBytes(urls.download("logs", logs_url))
 * }))
 * ```
 */
export const fromBytes = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<LogLine, E, R> =>
  Stream.suspend(() => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
    /** The beginning of a line whose end has not come. In pieces, so that a long line is joined only once. */
    let pieces: Array<string> = []
    const linesIn = (text: string): Array<LogLine> => {
      const lines: Array<LogLine> = []
      let start = 0
      for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
        const line = pieces.join("") + text.slice(start, end)
        pieces = []
        lines.push(parse(line.endsWith("\r") ? line.slice(0, -1) : line))
        start = end + 1
      }
      if (start < text.length) pieces.push(text.slice(start))
      return lines
    }
    const whole = Stream.mapChunks(
      bytes,
      (chunks) =>
        Chunk.unsafeFromArray(
          Arr.flatMap(Chunk.toReadonlyArray(chunks), (chunk) => linesIn(decoder.decode(chunk, { stream: true })))
        )
    )
    const last = Stream.suspend(() => {
      // What is left of a character at the end is shown as such, and not dropped.
      const lines = linesIn(decoder.decode())
      return Stream.fromIterable(pieces.length === 0 ? lines : [...lines, parse(pieces.join(""))])
    })
    return Stream.concat(whole, last)
  })

/**
 * A request that the router has logged. Apps whose option `router_logs` is on have such lines.
 *
 * @category models
 */
export interface RouterLine {
  readonly method: string
  readonly path: string
  readonly host: string | undefined
  readonly status: number | undefined
  readonly duration: Duration.Duration | undefined
  /** The size of the response body. */
  readonly bytes: number | undefined
  /** All fields of the line, with those that have no name here. */
  readonly fields: { readonly [name: string]: string }
}

const pair = /([A-Za-z_][\w.-]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))(?=\s|$)/g

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

/** `0.012s`, `12ms` */
const durationOf = (text: string | undefined): Duration.Duration | undefined => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text ?? "") ?? []
  return amount === undefined ? undefined : Duration.millis(Number(amount) * (unit === "s" ? 1000 : 1))
}

/**
 * Reads a line of the router: `method=GET path="/" host=… status=200 duration=0.012s …`. `None` for the lines of other
 * containers, and for those of the router that are no requests.
 *
 * @category accessors
 * @example
 * ```ts
 * import * as LogLine from "@effect-scalingo/core/LogLine"
 * import { Option } from "effect"
 *
 * const isFailure = (line: LogLine.LogLine) =>
 *   Option.exists(LogLine.router(line), ({ status = 0 }) => status >= 500)
 * ```
 */
export const router = ({ container, text }: LogLine): Option.Option<RouterLine> => {
  if (!Option.contains(container, "router")) return Option.none()
  const fields: { [name: string]: string } = Object.create(null)
  for (const [, name = "", quoted, plain = ""] of text.matchAll(pair)) {
    fields[name] = quoted === undefined ? plain : quoted.replace(/\\(.)/gs, "$1")
  }
  const { bytes, duration, host, method, path, status } = fields
  if (method === undefined || path === undefined) return Option.none()
  return Option.some({
    method,
    path,
    host,
    status: wholeNumber(status),
    duration: durationOf(duration),
    bytes: wholeNumber(bytes),
    fields
  })
}

/** Titles and other strings for a terminal, up to their end or, without one, to the end of the text. */
// oxlint-disable-next-line no-control-regex
const strings = /(?:\u001b[PX\]^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)/g
/** Colours, movements of the cursor and other sequences. */
// oxlint-disable-next-line no-control-regex
const sequences = /(?:\u001b\[|\u009b)[0-?]*[ -/]*(?:[@-~]|$)|\u001b[ -/]*(?:[0-~]|$)/g
/** Control characters but the tab, and marks that change the direction of text. */
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * Removes what would act on a terminal from a text: an app may log anything, what others have sent to it included.
 * Removes colours as well.
 *
 * @category combinators
 */
export const printable = (text: string): string =>
  text.replace(strings, "").replace(sequences, "").replace(controls, "")
