/**
 * The transport for Node: whole responses straight from undici's dispatcher, without streams, abort signals and fibers
 * of their own.
 */
import type {
  Transport,
  TransportFailure,
  TransportOptions,
  TransportRequest,
  TransportResponse
} from "@effect-scalingo/core/Transport"
import type * as Undici from "@effect/platform-node/Undici"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constants } from "node:buffer"
import * as Zlib from "node:zlib"

const isAscii = (text: string): boolean => /^[\x21-\x7e]*$/.test(text)

/** The two parts of a URL that undici takes. */
const split = (text: string): { readonly origin: string; readonly path: string } => {
  const url = isAscii(text) ? text : new URL(text).href
  const slash = url.indexOf("/", url.indexOf("://") + 3)
  return slash === -1 ? { origin: url, path: "/" } : { origin: url.slice(0, slash), path: url.slice(slash) }
}

const flatten = (headers: Record<string, string | ReadonlyArray<string> | undefined>): TransportResponse["headers"] => {
  const flat: { [name: string]: string | undefined } = Object.create(null)
  for (const name in headers) {
    const value = headers[name]
    flat[name] = typeof value === "object" ? value.join(", ") : value
  }
  return flat
}

/** Names and values in turn, which costs less than another object. */
const headerList = (headers: TransportRequest["headers"], hasBody: boolean): Array<string> => {
  const list: Array<string> = []
  for (const name of Object.keys(headers)) {
    if (!hasBody || name !== "content-type") list.push(name, headers[name] ?? "")
  }
  if (hasBody) list.push("content-type", "application/json")
  return list
}

type Decoder = (
  bytes: Buffer,
  options: Zlib.ZlibOptions,
  callback: (error: Error | null, bytes: Buffer) => void
) => void

/** Whether data has the header of zlib: its method, and two bytes that are a multiple of 31. */
const hasZlibHeader = (bytes: Buffer): boolean =>
  bytes.length >= 2 && (bytes.readUInt8(0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0

/** Some servers send raw deflate data, without the header of zlib. */
const inflate: Decoder = (bytes, options, callback) =>
  (hasZlibHeader(bytes) ? Zlib.inflate : Zlib.inflateRaw)(bytes, options, callback)

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["gzip", Zlib.gunzip],
  ["x-gzip", Zlib.gunzip],
  ["deflate", inflate],
  ["br", Zlib.brotliDecompress]
])

/** The decoders of a body, the last encoding first; the name of an encoding that is not known. */
const decodersOf = (contentEncoding: string | undefined): ReadonlyArray<Decoder> | string => {
  if (contentEncoding === undefined) return []
  const names = contentEncoding.toLowerCase().split(",").map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity")
  const unknown = names.find((name) => !decoders.has(name))
  return unknown ?? names.reverse().flatMap((name) => decoders.get(name) ?? [])
}

/** UTF-8, without the byte order mark that some servers send. */
const textOf = (bytes: Buffer): string => {
  const text = bytes.toString("utf8")
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** A timer with a longer delay would fire at once. */
const maxTimerMillis = 2 ** 31 - 1

/** Node decodes no larger body. */
const maxDecodedSize = constants.MAX_LENGTH

const isTooLarge = (error: Error): boolean => "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"

type Result = Effect.Effect<TransportResponse, TransportFailure>

/** A request that is under way. Its functions stand outside of it, since every call comes through here. */
interface Exchange {
  readonly options: TransportOptions
  timer: ReturnType<typeof setTimeout> | undefined
  /** Continues the fiber, as long as it waits. */
  resume: ((result: Result) => void) | undefined
  controller: Undici.Dispatcher.DispatchController | undefined
  isOver: boolean
  /** The end, when the fiber does not wait yet. */
  result: Result | undefined
  hasHeaders: boolean
  status: number
  headers: TransportResponse["headers"]
  maxSize: number
  size: number
  chunks: Array<Buffer>
}

const abort = (controller: Undici.Dispatcher.DispatchController | undefined): void =>
  controller?.abort(new Error("aborted"))

const end = (exchange: Exchange, result: Result): void => {
  if (exchange.isOver) return
  const { resume, timer } = exchange
  clearTimeout(timer)
  exchange.isOver = true
  if (resume === undefined) exchange.result = result
  // What is over holds nothing: once it is old, all that it holds would survive until the next full garbage collection.
  exchange.resume = undefined
  exchange.controller = undefined
  exchange.headers = {}
  exchange.chunks = []
  resume?.(result)
}

const fail = (exchange: Exchange, failure: TransportFailure): void => end(exchange, Effect.fail(failure))

const succeed = (exchange: Exchange, bytes: Buffer, isTruncated: boolean): void => {
  const { headers, status } = exchange
  end(exchange, Effect.succeed({ status, headers, text: textOf(bytes), isTruncated }))
}

/** The headers are here long before the body. */
const announceHeaders = (exchange: Exchange): void => {
  if (exchange.isOver) return
  const { options, resume } = exchange
  exchange.resume = undefined
  const rest = Effect.async<TransportResponse, TransportFailure>((resume) => {
    if (exchange.result === undefined) exchange.resume = resume
    else resume(exchange.result)
  })
  resume?.(Effect.zipRight(options.onHeaders, rest))
}

/** The status of an error says more than that its body cannot be decoded. */
const failDecoding = (exchange: Exchange, failure: TransportFailure): void =>
  exchange.status >= 400 ? succeed(exchange, Buffer.alloc(0), false) : fail(exchange, failure)

/** Decodes one encoding after the other, none of them beyond the limit. */
const decode = (exchange: Exchange, bytes: Buffer, [first, ...rest]: ReadonlyArray<Decoder>): void => {
  if (first === undefined) return succeed(exchange, bytes, false)
  first(bytes, { maxOutputLength: Math.min(exchange.maxSize, maxDecodedSize) }, (error, decoded) => {
    if (error === null) decode(exchange, decoded, rest)
    else if (isTooLarge(error)) succeed(exchange, Buffer.alloc(0), true)
    else failDecoding(exchange, { kind: "response", cause: error })
  })
}

const receive = (exchange: Exchange, chunk: Buffer): void => {
  if (exchange.isOver) return
  exchange.size += chunk.length
  exchange.chunks.push(chunk)
  if (exchange.size <= exchange.maxSize) return
  const isCompressed = exchange.headers["content-encoding"] !== undefined
  const part = isCompressed ? Buffer.alloc(0) : Buffer.concat(exchange.chunks).subarray(0, exchange.maxSize)
  const { controller } = exchange
  succeed(exchange, part, true)
  abort(controller)
}

const complete = (exchange: Exchange): void => {
  if (exchange.isOver) return
  const { chunks: [first = Buffer.alloc(0), ...others] } = exchange
  const bytes = others.length === 0 ? first : Buffer.concat(exchange.chunks)
  const encoding = exchange.headers["content-encoding"]
  if (encoding === undefined || bytes.length === 0) return succeed(exchange, bytes, false)
  const found = decodersOf(encoding)
  if (typeof found === "string") failDecoding(exchange, { kind: "encoding", cause: found })
  else decode(exchange, bytes, found)
}

const handlerOf = (exchange: Exchange): Undici.Dispatcher.DispatchHandler => ({
  onRequestStart: (controller) => {
    if (exchange.isOver) abort(controller)
    else exchange.controller = controller
  },
  onResponseStart: (_, status, headers) => {
    // 1xx only announces the response.
    if (status < 200) return
    exchange.status = status
    exchange.headers = flatten(headers)
    exchange.maxSize = exchange.options.maxBodySize(status)
    exchange.hasHeaders = true
    // A small body comes in the same packet: then the fiber is resumed once for both.
    queueMicrotask(() => announceHeaders(exchange))
  },
  onResponseData: (_, chunk) => receive(exchange, chunk),
  onResponseEnd: () => complete(exchange),
  onResponseError: (_, cause) => fail(exchange, { kind: exchange.hasHeaders ? "response" : "request", cause })
})

/**
 * Starts a request, and resumes its fiber: once when the whole response is here, or when its headers are here long before
 * its body.
 */
const start = (
  dispatcher: Undici.Dispatcher,
  { body, headers, method, url }: TransportRequest,
  options: TransportOptions,
  timeoutMillis: number,
  resume: (result: Result) => void
): Exchange => {
  const exchange: Exchange = {
    options,
    timer: undefined,
    resume,
    controller: undefined,
    isOver: false,
    result: undefined,
    hasHeaders: false,
    status: 0,
    headers: {},
    maxSize: 0,
    size: 0,
    chunks: []
  }
  const { origin, path } = split(url)
  if (timeoutMillis <= maxTimerMillis) exchange.timer = setTimeout(onTimeout, timeoutMillis, exchange)
  try {
    dispatcher.dispatch({
      origin,
      path,
      method,
      headers: headerList(headers, body !== undefined),
      body: body ?? null,
      // The attempt has one timeout, from its start to the last byte.
      headersTimeout: 0,
      bodyTimeout: 0
    }, handlerOf(exchange))
  } catch (cause) {
    // undici refuses a request that it cannot send before anything is sent.
    fail(exchange, { kind: "invalid", cause })
  }
  return exchange
}

const stopWith = (exchange: Exchange, failure: TransportFailure): void => {
  const { controller } = exchange
  fail(exchange, failure)
  abort(controller)
}

const onTimeout = (exchange: Exchange): void => stopWith(exchange, { kind: "timeout", cause: undefined })

const stop = (exchange: Exchange): void => stopWith(exchange, { kind: "request", cause: undefined })

/** Every program has this clock, and its timers are those of Node. */
const liveClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** Sends requests over a dispatcher of undici. */
export const make = (dispatcher: Undici.Dispatcher): Transport => ({
  streamsKeepLength: true,
  send: (request, options) =>
    Effect.clockWith((clock) => {
      const isLive = clock === liveClock
      const timeoutMillis = isLive ? Duration.toMillis(options.timeout) : Number.POSITIVE_INFINITY
      let started: Exchange | undefined
      // An interruption aborts the request, and after any other failure it is over. This costs less than an effect that
      // `Effect.async` runs when it is interrupted.
      const exchange = Effect.uninterruptibleMask((restore) =>
        Effect.catchAllCause(
          restore(Effect.async<TransportResponse, TransportFailure>((resume) => {
            started = start(dispatcher, request, options, timeoutMillis, resume)
          })),
          (cause) => {
            if (started !== undefined) stop(started)
            return Effect.failCause(cause)
          }
        )
      )
      return isLive ? exchange : Effect.timeoutFail(exchange, {
        // The timeout follows the clock of a test.
        duration: options.timeout,
        onTimeout: (): TransportFailure => ({ kind: "timeout", cause: undefined })
      })
    })
})
