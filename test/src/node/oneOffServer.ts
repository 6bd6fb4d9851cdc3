/**
 * The part of the platform that one-off containers need, and the host of their terminals, on one port.
 */
import { NodeScalingo } from "@effect-scalingo/node"
import { Effect, Layer, Redacted, type Scope } from "effect"
import * as Http from "node:http"
import type * as Net from "node:net"
import { listen } from "../httpServer.js"

export interface Received {
  readonly method: string
  /** The path with its query. */
  readonly url: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: Buffer
}

export interface Reply {
  readonly status?: number
  readonly json?: unknown
  readonly text?: string
}

/** What is different from a platform where all goes well, and from a command that writes `hello` and ends with 0. */
export interface Behaviour {
  /** Plays the command, on the connection. `reply` responds to the request for it. */
  readonly terminal?: (socket: Net.Socket, reply: (status?: number, more?: string) => void) => void
  /** The response to a request; `reset` breaks the connection, `never` leaves it open. Default: that of the platform. */
  readonly respond?: (request: Received, url: string) => Reply | "reset" | "never" | undefined
}

export interface OneOffServer {
  readonly url: string
  readonly received: ReadonlyArray<Received>
  /** The method and the path of each request, without the query. */
  readonly summary: () => ReadonlyArray<string>
  /** The requests of a method, to a path that ends so. */
  readonly find: (method: string, end: string) => ReadonlyArray<Received>
  readonly layer: Layer.Layer<NodeScalingo.Services>
}

export const container = {
  id: "container-1",
  app: { name: "my-app" },
  type: "one-off",
  type_index: 1234,
  label: "one-off-1234",
  created_at: "2026-01-02T03:04:05.000Z",
  state: "booting",
  command: "a command"
}

const operation = {
  id: "operation-1",
  created_at: "2026-01-02T03:04:05.000Z",
  status: "done",
  type: "start-one-off"
}

/** Each request of a kind, in order, gets the next of these; the last one is for all further ones. */
export const inTurn = (
  method: string,
  end: string,
  ...replies: ReadonlyArray<Reply | "reset" | "never" | undefined>
): NonNullable<Behaviour["respond"]> => {
  let next = 0
  return (request) =>
    request.method === method && pathOf(request).endsWith(end)
      ? replies[Math.min(next++, replies.length - 1)]
      : undefined
}

const pathOf = ({ url }: Received) => url.split("?", 1)[0] ?? ""

export const attachPath = "/attach/the-path-secret?token=the-query-secret"

const platform = (url: string) => {
  let exchanges = 0
  return (request: Received): Reply => {
    const path = pathOf(request)
    switch (`${request.method} ${path.replace(/^\/v1/, "")}`) {
      case "POST /tokens/exchange":
        return { json: { token: `the-bearer-${++exchanges}` } }
      case "POST /apps/my-app/run":
        return {
          json: { container, operation: "operation-1", operation_url: `${url}/v1/apps/my-app/operations/operation-1` }
        }
      case "GET /apps/my-app/operations/operation-1":
        return { json: { operation: { ...operation, start_one_off_data: { attach_url: url + attachPath } } } }
      case "POST /apps/my-app/containers/container-1/stop":
        return { status: 202 }
      case "GET /apps/my-app/ps":
        return { json: { containers: [] } }
      case "GET /attach/the-path-secret/wait":
        return { json: { exit_code: 0 } }
      case "POST /attach/the-path-secret/files":
      case "PUT /attach/the-path-secret":
        return {}
      default:
        return { status: 404, json: { error: "not found" } }
    }
  }
}

const hello: NonNullable<Behaviour["terminal"]> = (socket, reply) => {
  reply()
  socket.end("hello\r\n")
}

/** Runs until the scope is closed. */
export const oneOffServer = (
  { respond = () => undefined, terminal = hello }: Behaviour = {}
): Effect.Effect<OneOffServer, never, Scope.Scope> =>
  Effect.gen(function*() {
    const received: Array<Received> = []
    let url = ""
    let usual: ReturnType<typeof platform> = () => ({})
    const server = Http.createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("error", () => {})
      request.on("end", () => {
        const { headers, method = "", url: target = "" } = request
        const entry = { method, url: target, headers, body: Buffer.concat(chunks) }
        received.push(entry)
        const reply = respond(entry, url) ?? usual(entry)
        if (reply === "never") return
        if (reply === "reset") {
          request.socket.resetAndDestroy()
          return
        }
        response.writeHead(reply.status ?? 200, { "content-type": "application/json" })
        response.end(reply.text ?? (reply.json === undefined ? "" : JSON.stringify(reply.json)))
      })
    })
    server.on("connect", (request: Http.IncomingMessage, socket: Net.Socket) => {
      received.push({ method: "CONNECT", url: request.url ?? "", headers: request.headers, body: Buffer.alloc(0) })
      socket.on("error", () => {}).on("end", () => socket.end()).resume()
      terminal(socket, (status = 200, more = "") => socket.write(`HTTP/1.1 ${status} Status\r\n\r\n${more}`))
    })
    url = yield* listen(server)
    usual = platform(url)
    return {
      url,
      received,
      summary: () => received.map((request) => `${request.method} ${pathOf(request)}`),
      find: (method, end) => received.filter((request) => request.method === method && pathOf(request).endsWith(end)),
      layer: Layer.orDie(NodeScalingo.layer({
        apiToken: Redacted.make("tk-us-test"),
        region: "osc-fr1",
        apiUrl: url,
        authUrl: url
      }))
    }
  })
