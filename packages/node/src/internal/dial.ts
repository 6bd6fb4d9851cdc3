/**
 * Connections over TCP and TLS, directly or through a proxy, and the HTTP `CONNECT` that opens both the way through a
 * proxy and the terminal of a one-off container.
 *
 * Agents such as https-proxy-agent do not fit: they keep the connection to a silent proxy after an interruption, and
 * give the refusal of a proxy as the response of the target.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Http from "node:http"
import * as Net from "node:net"
import type { Duplex } from "node:stream"
import * as Tls from "node:tls"
import { isSecure, portOf } from "./proxies.js"
import { codeOf, wordsOf } from "./systemError.js"

/** Why there is no connection, in words for a person. */
export class DialError extends Data.TaggedError("DialError")<{
  readonly message: string
  /** The system's error code, such as `ECONNREFUSED`, if there is one. */
  readonly code: string | undefined
}> {}

/** Where a connection goes. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

/** Learns of every socket as soon as it exists, and destroys it in the end. */
export type Track = (socket: Duplex) => void

export const targetOf = (url: URL): Target => ({
  host: url.hostname.replace(/^\[|\]$/g, ""),
  port: portOf(url),
  secure: isSecure(url)
})

/** `host:port`, as in messages and in the header `host`. */
export const authorityOf = (url: URL): string => `${url.hostname}:${portOf(url)}`

const ignore = (): void => {}

const toDialError = (error: unknown): DialError =>
  error instanceof DialError ? error : new DialError({ message: wordsOf(error), code: codeOf(error) })

/** How long a connection may take, with TLS and the way through a proxy. */
const dialTimeout = "30 seconds"

/** Connects over TCP, or starts TLS: over `under` when it is given. */
const connectSocket = (
  { host, port, secure }: Target,
  track: Track,
  under?: Duplex
): Effect.Effect<Duplex, DialError> =>
  Effect.async((resume) => {
    const socket = secure
      ? Tls.connect({
        host,
        port,
        ALPNProtocols: ["http/1.1"],
        ...(Net.isIP(host) === 0 ? { servername: host } : {}),
        ...(under === undefined ? {} : { socket: under })
      })
      : Net.connect({ host, port })
    track(socket)
    // Without a listener, an error between two reads would end the process.
    socket.on("error", ignore)
    socket.once("error", (error) => resume(Effect.fail(toDialError(error))))
    socket.once(secure ? "secureConnect" : "connect", () => {
      socket.setNoDelay(true)
      // A command may be silent for long: this finds out whether the other end is still there.
      socket.setKeepAlive(true, 30_000)
      resume(Effect.succeed(socket))
    })
    return Effect.sync(() => socket.destroy())
  })

export interface ConnectResponse {
  readonly status: number
  /** Begins with the bytes behind the headers. */
  readonly socket: Duplex
}

/** Sends a `CONNECT` over a connection. A response with any status is a success. */
export const requestConnect = (
  over: Duplex,
  path: string,
  headers: { readonly [name: string]: string }
): Effect.Effect<ConnectResponse, DialError> =>
  Effect.async((resume) => {
    try {
      const request = Http.request({
        method: "CONNECT",
        path,
        headers,
        createConnection: () => over
      })
      request.on("error", (error) => resume(Effect.fail(toDialError(error))))
      request.once("connect", ({ statusCode = 0 }, socket, head) => {
        if (head.length > 0) socket.unshift(head)
        resume(Effect.succeed({ status: statusCode, socket }))
      })
      // Node would ask for the connection to be closed.
      request.removeHeader("connection")
      request.end()
      return Effect.sync(() => request.destroy())
    } catch (error) {
      // Node refuses a header that cannot be sent.
      resume(Effect.fail(toDialError(error)))
      return
    }
  })

const decodeText = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const proxyHeaders = ({ password, username }: URL, authority: string): { readonly [name: string]: string } => ({
  host: authority,
  ...(username === "" && password === "" ? {} : {
    "proxy-authorization": `Basic ${Buffer.from(`${decodeText(username)}:${decodeText(password)}`).toString("base64")}`
  })
})

const statusAdvice = (status: number): string =>
  status === 407
    ? ". It needs a user and a password, in the URL of the variable: http://user:password@proxy.example.com:3128"
    : ""

/** Opens the way to a target through a proxy. */
const throughProxy = (proxy: URL, authority: string, track: Track): Effect.Effect<Duplex, DialError> =>
  Effect.gen(function*() {
    const name = `the proxy ${authorityOf(proxy)}`
    const toProxyError = (error: DialError) =>
      new DialError({ message: `${name} cannot be used: ${error.message}`, code: error.code })
    if (proxy.protocol !== "http:" && proxy.protocol !== "https:") {
      return yield* new DialError({
        message: `${name} is a ${
          proxy.protocol.slice(0, -1)
        } proxy. Sockets need one of http or https, or the host in NO_PROXY`,
        code: undefined
      })
    }
    const connected = yield* Effect.mapError(connectSocket(targetOf(proxy), track), toProxyError)
    const { socket, status } = yield* Effect.mapError(
      requestConnect(connected, authority, proxyHeaders(proxy, authority)),
      toProxyError
    )
    return status >= 200 && status < 300 ? socket : yield* new DialError({
      message: `${name} refused a connection to ${authority} with status ${status}${statusAdvice(status)}`,
      code: undefined
    })
  })

const blockedCodes = new Set(["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"])

/** The terminals of one-off containers are on port 5000. */
const portAdvice = ({ port }: Target, { code }: DialError): string =>
  code !== undefined && blockedCodes.has(code) && port !== 443 && port !== 80
    ? `. Firewalls often block port ${port}: allow outgoing connections to it`
    : ""

/** Connects to the host of a URL, through the proxy when one is given. */
export const dial = (url: URL, proxy: URL | undefined, track: Track): Effect.Effect<Duplex, DialError> => {
  const target = targetOf(url)
  const connected = proxy === undefined
    ? connectSocket(target, track)
    : Effect.flatMap(
      throughProxy(proxy, authorityOf(url), track),
      (socket) => target.secure ? connectSocket(target, track, socket) : Effect.succeed(socket)
    )
  return connected.pipe(
    Effect.timeoutFail({
      duration: dialTimeout,
      onTimeout: () =>
        new DialError({
          message: `no connection after ${dialTimeout}${
            proxy === undefined ? "" : ` through the proxy ${authorityOf(proxy)}`
          }`,
          code: "ETIMEDOUT"
        })
    }),
    Effect.mapError((error) => new DialError({ message: error.message + portAdvice(target, error), code: error.code }))
  )
}
