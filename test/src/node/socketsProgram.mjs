/**
 * Both kinds of sockets of the built packages, to a TLS server of its own: `socketsProgram.mjs <certificate>`. Prints
 * what they carry.
 */
import { ConnectClient } from "@effect-scalingo/core/ConnectClient"
import * as NodeSockets from "@effect-scalingo/node/NodeSockets"
import * as Socket from "@effect/platform/Socket"
import { Deferred, Effect, Stream } from "effect"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import * as Https from "node:https"
import { key } from "../wire/hostileServerKey.mjs"

const server = Https.createServer({ key, cert: readFileSync(process.argv[2]) })
server.on("connect", (_, socket) => socket.end("HTTP/1.1 200 OK\r\n\r\ninside"))
server.on("upgrade", ({ headers }, socket) => {
  const accept = createHash("sha1")
    .update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64")
  socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n")
  socket.write(`sec-websocket-accept: ${accept}\r\n\r\n`)
  socket.write(Buffer.from([0x81, 5, ...Buffer.from("hello")]))
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const host = `127.0.0.1:${server.address().port}`

const raw = Effect.gen(function*() {
  const client = yield* ConnectClient
  const { incoming, status } = yield* client.connect({ url: new URL(`https://${host}/attach`), headers: {} })
  return `${status} ${yield* Stream.mkString(Stream.decodeText(incoming))}`
})

const webSocket = Effect.gen(function*() {
  const socket = yield* Socket.makeWebSocket(`wss://${host}/`)
  const first = yield* Deferred.make()
  return yield* Effect.raceFirst(
    Deferred.await(first),
    Effect.zipRight(socket.runRaw((data) => Deferred.succeed(first, data)), Effect.never)
  )
})

const show = (effect) =>
  Effect.scoped(effect).pipe(
    Effect.catchAll(({ _tag, cause }) => Effect.succeed(`${_tag}: ${cause.message}`))
  )

for (const effect of [raw, webSocket]) {
  console.log(await Effect.runPromise(Effect.provide(show(effect), NodeSockets.layer)))
}
server.close()
