/**
 * `npm run test:long`: a one-off container that prints 100 MB, attached to with the built packages, over sockets, against
 * a server in another process. Fails when a byte is missing or different, when the exit code is not the server's, or when
 * the memory grows by 64 MiB after a first run: the output is consumed more slowly than it is written.
 */
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import * as OneOff from "@effect-scalingo/node/OneOff"
import { Effect, Redacted, Stream } from "effect"
import { fork } from "node:child_process"
import { createHash } from "node:crypto"
import * as Http from "node:http"
import { fileURLToPath } from "node:url"

const total = 100_000_000
const exitCode = 7

/** The n-th block of the output. No two are the same. */
const block = (n, size) => {
  const bytes = Buffer.allocUnsafe(size)
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + n * 17 + (i >> 8)) & 0xff
  return bytes
}

function* blocks() {
  for (let n = 0, left = total; left > 0; n++) {
    const bytes = block(n, Math.min(65_536, left))
    left -= bytes.length
    yield bytes
  }
}

const serve = () => {
  const server = Http.createServer((request, response) => {
    const url = `http://${request.headers.host}`
    const path = request.url.split("?", 1)[0]
    const created_at = new Date().toISOString()
    const responses = {
      "/v1/tokens/exchange": { token: "the-bearer" },
      "/v1/apps/my-app/run": {
        container: { id: "c", type: "one-off", type_index: 1, label: "one-off-1", created_at, state: "booting" },
        operation_url: `${url}/v1/apps/my-app/operations/o`
      },
      "/v1/apps/my-app/operations/o": {
        operation: {
          id: "o",
          created_at,
          status: "done",
          type: "start-one-off",
          start_one_off_data: { attach_url: `${url}/attach` }
        }
      },
      "/attach/wait": { exit_code: exitCode }
    }
    request.resume().on("end", () => {
      response.writeHead(path in responses ? 200 : 404, { "content-type": "application/json" })
      response.end(JSON.stringify(responses[path] ?? { error: "not found" }))
    })
  })
  server.on("connect", (_, socket) => {
    socket.on("error", () => {}).write("HTTP/1.1 200 OK\r\n\r\n")
    const output = blocks()
    const more = () => {
      for (let next = output.next(); next.done !== true; next = output.next()) {
        if (!socket.write(next.value)) return
      }
      socket.end()
    }
    socket.on("drain", more)
    more()
  })
  server.listen(0, "127.0.0.1", () => process.send(server.address().port))
}

const check = (url) =>
  Effect.gen(function*() {
    const oneOff = yield* OneOff.OneOff
    const mib = 1024 * 1024
    /** The hash of the output, and by how much the memory has grown at most. */
    const run = Effect.scoped(Effect.gen(function*() {
      globalThis.gc?.()
      const idle = process.memoryUsage().rss
      let most = 0
      let size = 0
      const hash = createHash("sha256")
      const attached = yield* oneOff.attach("my-app", { command: "loud" })
      yield* Stream.runForEach(attached.output, (bytes) =>
        Effect.suspend(() => {
          hash.update(bytes)
          size += bytes.length
          most = Math.max(most, process.memoryUsage.rss() - idle)
          // A consumer that is slower than the server.
          return size % 32 === 0 ? Effect.sleep("1 millis") : Effect.void
        }))
      return { code: yield* attached.exitCode, size, hash: hash.digest("hex"), growth: Math.round(most / mib) }
    }))
    const first = yield* run
    const second = yield* run
    return { first, second }
  }).pipe(
    Effect.provide(NodeScalingo.layer({
      apiToken: Redacted.make("tk-us-test"),
      region: "osc-fr1",
      apiUrl: url,
      authUrl: url
    }))
  )

const main = async () => {
  const child = fork(fileURLToPath(import.meta.url), ["serve"])
  const port = await new Promise((resolve) => child.once("message", resolve))
  const { first, second } = await Effect.runPromise(check(`http://127.0.0.1:${port}`))
  child.kill()
  const hash = createHash("sha256")
  for (const bytes of blocks()) hash.update(bytes)
  const expected = { code: exitCode, size: total, hash: hash.digest("hex") }
  const isRight =
    [first, second].every(({ code, hash, size }) =>
      code === expected.code && hash === expected.hash && size === expected.size
    ) && second.growth < 64
  console.log(
    `one-off: ${total} bytes twice, exit code ${second.code}, memory grew by ${first.growth} MiB cold and ` +
      `${second.growth} MiB warm: ${isRight ? "as expected" : "WRONG"}`
  )
  process.exitCode = isRight ? 0 : 1
}

if (process.argv[2] === "serve") serve()
else await main()
