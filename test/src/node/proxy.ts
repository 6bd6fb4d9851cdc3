/**
 * A proxy on a local port, for absolute URLs and for `CONNECT`.
 */
import { Effect, type Scope } from "effect"
import * as Http from "node:http"
import * as Net from "node:net"
import { listen } from "../httpServer.js"

export interface Proxy {
  readonly url: string
  /** The method and the target of each request, with its `Proxy-Authorization`. */
  readonly seen: ReadonlyArray<readonly [method: string, target: string, authorization: string | undefined]>
}

/** A proxy on a local port. It refuses everything with `status` when one is given. */
export const proxy = (status?: number): Effect.Effect<Proxy, never, Scope.Scope> =>
  Effect.suspend(() => {
    const seen: Array<Proxy["seen"][number]> = []
    const record = ({ headers, method = "", url = "" }: Http.IncomingMessage) =>
      seen.push([method, url, headers["proxy-authorization"]])
    const server = Http.createServer((request, response) => {
      record(request)
      if (status !== undefined) {
        response.writeHead(status).end("refused by the proxy")
        return
      }
      request.pipe(Http.request(request.url ?? "", { method: request.method, headers: request.headers }, (from) => {
        response.writeHead(from.statusCode ?? 0, from.headers)
        from.pipe(response)
      }))
    })
    server.on("connect", (request: Http.IncomingMessage, socket: Net.Socket) => {
      record(request)
      if (status !== undefined) {
        socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`)
        return
      }
      const target = new URL(`tcp://${request.url}`)
      const upstream = Net.connect(Number(target.port), target.hostname, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n")
        socket.pipe(upstream)
        upstream.pipe(socket)
      })
      const end = () => {
        upstream.destroy()
        socket.destroy()
      }
      upstream.on("error", end)
      upstream.on("close", end)
      socket.on("error", end)
      socket.on("close", end)
    })
    return Effect.map(listen(server), (url) => ({ url, seen }))
  })
