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

/**
 * Starts a request, and resumes its fiber: once when the whole response is here, or when its headers are here long before
 * its body. Returns what stops the request.
 */
const start = (
  dispatcher: Undici.Dispatcher,
  request: TransportRequest,
  { maxBodySize, onHeaders }: TransportOptions,
  timeoutMillis: number,
  resume: (result: Result) => void
): () => void => {
  let controller: Undici.Dispatcher.DispatchController | undefined
  let result: Result | undefined
  let listener: ((result: Result) => void) | undefined = resume
  let hasHeaders = false
  let isAnnounced = false
  let status = 0
  let headers: TransportResponse["headers"] = {}
  let maxSize = 0
  let size = 0
  const chunks: Array<Buffer> = []

  const end = (final: Result): void => {
    if (result !== undefined) return
    result = final
    clearTimeout(timer)
    listener?.(hasHeaders && !isAnnounced ? Effect.zipRight(onHeaders, final) : final)
  }
  const fail = (failure: TransportFailure): void => end(Effect.fail(failure))
  const succeed = (bytes: Buffer, isTruncated: boolean): void =>
    end(Effect.succeed({ status, headers, text: textOf(bytes), isTruncated }))
  const abort = (): void => controller?.abort(new Error("aborted"))
  const timer = timeoutMillis > maxTimerMillis ? undefined : setTimeout(() => {
    fail({ kind: "timeout", cause: undefined })
    abort()
  }, timeoutMillis)

  const announceHeaders = (): void => {
    if (result !== undefined) return
    isAnnounced = true
    listener = undefined
    const rest = Effect.async<TransportResponse, TransportFailure>((resume) => {
      if (result === undefined) listener = resume
      else resume(result)
    })
    resume(Effect.zipRight(onHeaders, rest))
  }

  /** The status of an error says more than that its body cannot be decoded. */
  const failDecoding = (failure: TransportFailure): void =>
    status >= 400 ? succeed(Buffer.alloc(0), false) : fail(failure)

  /** Decodes one encoding after the other, none of them beyond the limit. */
  const decode = (bytes: Buffer, [first, ...rest]: ReadonlyArray<Decoder>): void => {
    if (first === undefined) return succeed(bytes, false)
    first(bytes, { maxOutputLength: Math.min(maxSize, maxDecodedSize) }, (error, decoded) => {
      if (error === null) decode(decoded, rest)
      else if (isTooLarge(error)) succeed(Buffer.alloc(0), true)
      else failDecoding({ kind: "response", cause: error })
    })
  }

  const handler: Undici.Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      controller = started
      if (result !== undefined) abort()
    },
    onResponseStart: (_, code, received) => {
      // 1xx only announces the response.
      if (code < 200) return
      status = code
      headers = flatten(received)
      maxSize = maxBodySize(code)
      hasHeaders = true
      // A small body comes in the same packet: then the fiber is resumed once for both.
      queueMicrotask(announceHeaders)
    },
    onResponseData: (_, chunk) => {
      if (result !== undefined) return
      size += chunk.length
      if (size <= maxSize) {
        chunks.push(chunk)
        return
      }
      const isCompressed = headers["content-encoding"] !== undefined
      succeed(isCompressed ? Buffer.alloc(0) : Buffer.concat([...chunks, chunk]).subarray(0, maxSize), true)
      abort()
    },
    onResponseEnd: () => {
      if (result !== undefined) return
      const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
      const found = bytes.length === 0 ? [] : decodersOf(headers["content-encoding"])
      if (typeof found === "string") failDecoding({ kind: "encoding", cause: found })
      else decode(bytes, found)
    },
    onResponseError: (_, cause) => fail({ kind: hasHeaders ? "response" : "request", cause })
  }
  try {
    dispatcher.dispatch({
      ...split(request.url),
      method: request.method,
      headers: request.body === undefined
        ? request.headers
        : { ...request.headers, "content-type": "application/json" },
      body: request.body ?? null,
      // The attempt has one timeout, from its start to the last byte.
      headersTimeout: 0,
      bodyTimeout: 0
    }, handler)
  } catch (cause) {
    // undici refuses a request that it cannot send before anything is sent.
    fail({ kind: "invalid", cause })
  }
  return () => {
    if (result !== undefined) return
    fail({ kind: "request", cause: undefined })
    abort()
  }
}

/** Every program has this clock, and its timers are those of Node. */
const liveClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** Sends requests over a dispatcher of undici. */
export const make = (dispatcher: Undici.Dispatcher): Transport => ({
  streamsKeepLength: true,
  send: (request, options) =>
    Effect.clockWith((clock) => {
      const isLive = clock === liveClock
      const timeoutMillis = isLive ? Duration.toMillis(options.timeout) : Number.POSITIVE_INFINITY
      let stop: (() => void) | undefined
      const exchange = Effect.async<TransportResponse, TransportFailure>((resume) => {
        stop = start(dispatcher, request, options, timeoutMillis, resume)
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => stop?.())))
      return isLive ? exchange : Effect.timeoutFail(exchange, {
        // The timeout follows the clock of a test.
        duration: options.timeout,
        onTimeout: (): TransportFailure => ({ kind: "timeout", cause: undefined })
      })
    })
})
