/**
 * One-off containers, against a platform on a port.
 */
import { OneOff } from "@effect-scalingo/node"
import { assert, describe, it } from "@effect/vitest"
import { type Cause, Context, Effect, Exit, Fiber, Layer, Stream } from "effect"
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"
import { type Behaviour, inTurn, type OneOffServer, oneOffServer, type Received } from "./oneOffServer.js"

const exec = (server: OneOffServer, options?: OneOff.ExecOptions, command: string | ReadonlyArray<string> = "hi") =>
  Effect.flatMap(OneOff.OneOff, (oneOff) => oneOff.exec("my-app", command, options)).pipe(Effect.provide(server.layer))

/** The services are those of the scope, as they are for the rest of what is attached. */
const attach = (server: OneOffServer, options?: Partial<OneOff.AttachOptions>) =>
  Effect.flatMap(
    Layer.build(server.layer),
    (context) => Context.get(context, OneOff.OneOff).attach("my-app", { command: "hi", ...options })
  )

/** Ends after writing `output`. */
const ending = (output: string): NonNullable<Behaviour["terminal"]> => (socket, reply) => {
  reply(200, output)
  socket.end()
}

const until = (check: () => boolean) =>
  Effect.repeat(Effect.delay(Effect.sync(check), "5 millis"), { until: (yes) => yes })

const json = ({ body }: Received): unknown => JSON.parse(body.toString())

const basic = (bearer: string) => `Basic ${btoa(`:${bearer}`)}`

const stopPath = "/v1/apps/my-app/containers/container-1/stop"

const start = [
  "POST /v1/tokens/exchange",
  "POST /v1/apps/my-app/run",
  "GET /v1/apps/my-app/operations/operation-1"
]

/** No error shows what gives access to a shell. */
const assertNoSecrets = (error: unknown) => {
  for (const shown of [String(error), JSON.stringify(error), (error as Cause.YieldableError).message]) {
    assert.notMatch(shown, /the-bearer|the-path-secret|the-query-secret|tk-us-test/)
    assert.notInclude(shown, basic("the-bearer-1"))
  }
}

describe("exec", () => {
  it.scopedLive("runs a command to its end, and gives its output and its exit code", () =>
    Effect.gen(function*() {
      let typed = ""
      const server = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply(200, "early ")
          socket.on("data", (data) => {
            typed += data
            socket.end("and late\r\n")
          })
        },
        respond: inTurn("GET", "/wait", { json: { exit_code: 3 } })
      })
      const result = yield* Effect.withSpan(
        exec(server, { env: { A: "b" }, size: "L" }, "rake db:version"),
        "a span of the program"
      )
      assert.deepInclude(result, { exitCode: 3, output: "early and late\r\n", isTruncated: false })
      assert.strictEqual(result.container.label, "one-off-1234")
      // The input is empty.
      assert.strictEqual(typed, "\u0004")
      assert.deepStrictEqual(server.summary(), [
        ...start,
        "CONNECT /attach/the-path-secret",
        "GET /attach/the-path-secret/wait"
      ])
      assert.deepStrictEqual(json(server.received[1]!), { command: "rake db:version", env: { A: "b" }, size: "L" })
      for (const { headers, url } of server.received.slice(3)) {
        assert.strictEqual(headers.authorization, basic("the-bearer-1"))
        assert.match(url, /\?token=the-query-secret$/)
        assert.isUndefined(headers["traceparent"])
      }
    }))

  it.scopedLive("keeps every byte of a long output, or its beginning up to a limit", () =>
    Effect.gen(function*() {
      const block = Buffer.from(Array.from({ length: 64 * 1024 }, (_, index) => 32 + (index * 7) % 90))
      const whole = Buffer.concat(Array.from({ length: 256 }, () => block))
      const server = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply()
          socket.end(whole)
        }
      })
      const { isTruncated, output } = yield* exec(server)
      const hash = (data: string | Buffer) => createHash("sha256").update(data).digest("hex")
      assert.deepStrictEqual([isTruncated, hash(output)], [false, hash(whole)])
      const cut = yield* exec(server, { maxOutput: 100_000 })
      assert.deepStrictEqual([cut.isTruncated, cut.output], [true, whole.subarray(0, 100_000).toString()])
    }))

  it.scopedLive("fails on an exit code when asked, with the last lines", () =>
    Effect.gen(function*() {
      const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`)
      const server = yield* oneOffServer({
        terminal: ending(`${lines.join("\r\n")}\r\n\u001b[31mNo \u0007such table\u001b[0m\r\n\r\n`),
        respond: inTurn("GET", "/wait", { json: { exit_code: 1 } })
      })
      const error = yield* Effect.flip(exec(server, { failOnExitCode: true, maxOutput: 10 }))
      if (error._tag !== "CommandFailed") return assert.fail(error._tag)
      assert.strictEqual(error.exitCode, 1)
      assert.deepStrictEqual(error.lastLines.slice(0, 2), ["line 11", "line 12"])
      assert.lengthOf(error.lastLines, 20)
      assert.strictEqual(
        error.message,
        "The command in the one-off container one-off-1234 of the app my-app ended with exit code 1: No such table"
      )
      assert.strictEqual((yield* exec(server)).exitCode, 1)
    }))

  it.scopedLive("quotes the elements of an array for a shell, and takes a text as it is", () =>
    Effect.gen(function*() {
      const server = yield* oneOffServer()
      const commands: Array<string> = []
      for (
        const [command, raw] of [
          [["printf", "%s|", "a b", "it's", "$HOME", "", "\"\\"], false],
          ["echo it is $((1 + 1)) && exit 3", false],
          ["printf '%s' \"it's\"; exit 4", true]
        ] as const
      ) {
        yield* exec(server, { raw }, command)
        const { command: sent } = json(server.find("POST", "/run").at(-1)!) as { readonly command: string }
        commands.push(sent)
      }
      const [array, text, raw] = commands
      assert.strictEqual(execFileSync("sh", ["-c", array!], { encoding: "utf8" }), "a b|it's|$HOME||\"\\|")
      assert.strictEqual(text, "echo it is $((1 + 1)) && exit 3")
      assert.strictEqual(raw, "sh -c 'stty -opost -echo || exit; printf '\\''%s'\\'' \"it'\\''s\"; exit 4'")
      // Without a terminal `stty` fails, and the command does not run.
      assert.throws(() => execFileSync("sh", ["-c", raw!], { stdio: ["pipe", "pipe", "ignore"] }))
    }))

  it.scopedLive("stops the container when it is interrupted, also before it has begun", () =>
    Effect.gen(function*() {
      let isOpen = true
      const running = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply(200, "working")
          socket.on("close", () => {
            isOpen = false
          })
        }
      })
      const fiber = yield* Effect.fork(exec(running))
      yield* until(() => running.find("CONNECT", "/attach/the-path-secret").length === 1)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(running.summary().at(-1), `POST ${stopPath}`)
      yield* until(() => !isOpen)

      // The platform responds to the start after the interruption.
      const starting = yield* oneOffServer()
      const early = yield* Effect.fork(exec(starting))
      yield* until(() => starting.summary().includes("POST /v1/apps/my-app/run"))
      yield* Fiber.interrupt(early)
      assert.strictEqual(starting.summary().at(-1), `POST ${stopPath}`)
      assert.isEmpty(starting.find("CONNECT", ""))
    }))
})

describe("attach", () => {
  it.scopedLive("types bytes, the end of the input and signals", () =>
    Effect.gen(function*() {
      const typed: Array<number> = []
      const server = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply()
          socket.on("data", (data: Buffer) => {
            typed.push(...data)
            if (data.includes(0x04)) socket.end("bye")
          })
        }
      })
      const { endInput, exitCode, output, send, signal } = yield* attach(server)
      yield* send(Uint8Array.of(1, 255))
      yield* signal("SIGINT")
      yield* signal("SIGQUIT")
      yield* signal("SIGTSTP")
      yield* endInput
      assert.strictEqual(yield* Stream.mkString(Stream.decodeText(output)), "bye")
      assert.deepStrictEqual(typed, [1, 255, 0x03, 0x1c, 0x1a, 0x04])
      assert.strictEqual(yield* exitCode, 0)
    }))

  it.scopedLive("sizes the terminal after its first byte, and when asked", () =>
    Effect.gen(function*() {
      const refuse = inTurn("PUT", "/the-path-secret", undefined, undefined, { status: 422 })
      const server = yield* oneOffServer({ terminal: (_, reply) => reply(200, "$ "), respond: refuse })
      const { output, resize } = yield* attach(server, { width: 80, height: 25 })
      assert.isEmpty(server.find("PUT", ""))
      yield* Effect.forkScoped(Stream.runDrain(output))
      yield* until(() => server.find("PUT", "").length === 1)
      yield* resize(132, 43)
      assert.deepStrictEqual(server.find("PUT", "/attach/the-path-secret").map(json), [
        { width: 80, height: 25 },
        { width: 132, height: 43 }
      ])
      const error = yield* Effect.flip(resize(0, 0))
      assert.deepInclude(error, { _tag: "AttachFailed", step: "resize", status: 422 })
    }))

  it.scopedLive("uploads files before the command starts, each with its length", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256))
      const files = [Path.join(folder, "a \"b\".bin"), Path.join(folder, "empty")]
      Fs.writeFileSync(files[0]!, content)
      Fs.writeFileSync(files[1]!, "")
      // The host of the container has a bad moment.
      const server = yield* oneOffServer({ respond: inTurn("POST", "/files", { status: 503 }, undefined) })
      yield* Stream.runDrain((yield* attach(server, { files })).output)
      assert.deepInclude(json(server.received[1]!), { has_uploads: true })
      assert.deepStrictEqual(server.summary().slice(3), [
        "POST /attach/the-path-secret/files",
        "POST /attach/the-path-secret/files",
        "POST /attach/the-path-secret/files",
        "CONNECT /attach/the-path-secret"
      ])
      const [, first, second] = server.find("POST", "/files")
      for (const { body, headers } of [first!, second!]) {
        assert.strictEqual(headers["content-length"], String(body.length))
        assert.isUndefined(headers["transfer-encoding"])
      }
      const parsed = yield* Effect.promise(async () => {
        const contentType = first!.headers["content-type"]!
        const form = await new Response(new Uint8Array(first!.body), { headers: { "content-type": contentType } })
          .formData()
        const file = form.get("file") as File
        return { names: [...form.keys()], name: file.name, bytes: Buffer.from(await file.arrayBuffer()) }
      })
      assert.deepStrictEqual(parsed.names, ["file"])
      assert.strictEqual(parsed.name, "a \"b\".bin")
      assert.isTrue(parsed.bytes.equals(content))
    }))

  it.scopedLive("sends nothing when a file is missing, a folder, too large, or of a name that another one has", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      const large = Path.join(folder, "large")
      Fs.writeFileSync(large, "")
      Fs.truncateSync(large, 100 * 1024 * 1024 + 1)
      Fs.mkdirSync(Path.join(folder, "other"))
      for (const name of ["a", "other/a"]) Fs.writeFileSync(Path.join(folder, name), "a")
      const server = yield* oneOffServer()
      for (
        const [names, words] of [
          [["missing"], "ENOENT"],
          [["other"], "a folder: pack it"],
          [["large"], "at most 104857600 bytes"],
          [["a", "other/a"], "two are called a"]
        ] as const
      ) {
        const error = yield* Effect.flip(attach(server, { files: names.map((name) => Path.join(folder, name)) }))
        assert.deepInclude(error, { _tag: "InvalidRequest", endpoint: "OneOff.attach", field: "files" })
        assert.include(error.message, words)
      }
      assert.deepStrictEqual(server.summary(), [])
    }))

  it.scopedLive("fails and stops the container when a file is refused", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      Fs.writeFileSync(Path.join(folder, "a"), "a")
      const server = yield* oneOffServer({ respond: inTurn("POST", "/files", { status: 413 }) })
      const error = yield* Effect.flip(Effect.scoped(attach(server, { files: [Path.join(folder, "a")] })))
      assert.deepInclude(error, { _tag: "AttachFailed", step: "upload", status: 413 })
      assert.strictEqual(
        error.message,
        "The one-off container one-off-1234 of the app my-app did not get a file: a was refused with status 413"
      )
      assert.deepStrictEqual(server.summary().slice(4), [`POST ${stopPath}`])
    }))

  it.scopedLive("finds the URL where any version of the platform has it", () =>
    Effect.gen(function*() {
      const operation = { id: "operation-1", created_at: "2026-01-02T03:04:05Z", status: "done", type: "start-one-off" }
      const inOperation = yield* oneOffServer({
        respond: ({ url }, base) =>
          url.includes("/operations/")
            ? { json: { operation: { ...operation, attach_url: `${base}/attach/the-path-secret/` } } }
            : undefined
      })
      assert.strictEqual((yield* exec(inOperation)).exitCode, 0)

      const none = yield* oneOffServer({
        respond: ({ url }) => url.includes("/operations/") ? { json: { operation } } : undefined
      })
      const error = yield* Effect.flip(exec(none))
      assert.deepInclude(error, { _tag: "AttachFailed", step: "connect", detail: "the platform names no URL for it" })
    }))

  it.scopedLive("sends no bearer to a host that is not the platform's", () =>
    Effect.gen(function*() {
      const operation = { id: "operation-1", created_at: "2026-01-02T03:04:05Z", status: "done", type: "start-one-off" }
      const server = yield* oneOffServer({
        respond: ({ url }) =>
          url.includes("/operations/")
            ? { json: { operation: { ...operation, attach_url: "https://attacker.example.com/the-path-secret" } } }
            : undefined
      })
      const error = yield* Effect.flip(Effect.scoped(attach(server)))
      assert.deepInclude(error, { _tag: "InvalidRequest", field: "url" })
      assert.include(error.message, "attacker.example.com")
      assertNoSecrets(error)
      assert.deepStrictEqual(server.summary().slice(3), [`POST ${stopPath}`])
    }))

  it.scopedLive("takes another bearer when one is refused, once", () =>
    Effect.gen(function*() {
      let connections = 0
      const connecting = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply(++connections === 1 ? 401 : 200)
          socket.end()
        }
      })
      assert.strictEqual((yield* exec(connecting)).exitCode, 0)
      const waiting = yield* oneOffServer({
        respond: inTurn("GET", "/wait", { status: 401 }, { json: { exit_code: 7 } })
      })
      assert.strictEqual((yield* exec(waiting)).exitCode, 7)
      for (const requests of [connecting.find("CONNECT", ""), waiting.find("GET", "/wait")]) {
        assert.deepStrictEqual(
          requests.map(({ headers }) => headers.authorization),
          [basic("the-bearer-1"), basic("the-bearer-2")]
        )
      }

      const refusing = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply(401)
          socket.end()
        }
      })
      const error = yield* Effect.flip(exec(refusing))
      assert.deepInclude(error, { _tag: "AttachFailed", step: "connect", status: 401 })
      assert.lengthOf(refusing.find("CONNECT", ""), 2)
      assertNoSecrets(error)
    }))

  it.scopedLive("names the host and the port when there is no connection", () =>
    Effect.gen(function*() {
      const operation = { id: "operation-1", created_at: "2026-01-02T03:04:05Z", status: "done", type: "start-one-off" }
      const closed = yield* Effect.scoped(Effect.map(oneOffServer(), ({ url }) => url))
      const server = yield* oneOffServer({
        respond: ({ url }) =>
          url.includes("/operations/")
            ? { json: { operation: { ...operation, attach_url: `${closed}/the-path-secret` } } }
            : undefined
      })
      const error = yield* Effect.flip(exec(server))
      assert.deepInclude(error, { _tag: "AttachFailed", step: "connect" })
      const { host, port } = new URL(closed)
      assert.include(error.message, `cannot be attached to: No connection to ${host}: connect ECONNREFUSED`)
      assert.include(error.message, `Firewalls often block port ${port}`)
      assertNoSecrets(error)
    }))
})

describe("the end of a command", () => {
  it.scopedLive("is lost with the connection: the output so far is in the error, and the container is stopped", () =>
    Effect.gen(function*() {
      let cut = () => {}
      const server = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply(200, "half of i")
          cut = () => socket.resetAndDestroy()
        },
        // The size is set once output has arrived.
        respond: ({ method }) => {
          if (method === "PUT") cut()
          return undefined
        }
      })
      const error = yield* Effect.flip(exec(server, { width: 80, height: 25 }))
      assert.deepInclude(error, {
        _tag: "AttachLost",
        app: "my-app",
        container: "one-off-1234",
        output: "half of i"
      })
      assert.match(error.message, /^The connection to the one-off container one-off-1234 of the app my-app was lost/)
      assertNoSecrets(error)
      assert.deepStrictEqual(server.summary().slice(4), ["PUT /attach/the-path-secret", `POST ${stopPath}`])
    }))

  it.scopedLive("is unknown when the output is left early", () =>
    Effect.gen(function*() {
      const server = yield* oneOffServer({ terminal: (_, reply) => reply(200, "one") })
      const { exitCode, output } = yield* attach(server)
      assert.lengthOf(yield* Stream.runCollect(Stream.take(output, 1)), 1)
      assert.strictEqual((yield* Effect.flip(exitCode))._tag, "AttachLost")
    }))

  it.scopedLive("is that of an inactive container when the platform says so", () =>
    Effect.gen(function*() {
      const server = yield* oneOffServer({
        terminal: ending("tick"),
        respond: inTurn("GET", "/wait", { status: 408 })
      })
      const error = yield* Effect.flip(exec(server))
      assert.deepInclude(error, { _tag: "AttachInactive", output: "tick" })
      assert.include(error.message, "30 minutes")
    }))

  it.scopedLive("is asked for until the platform says it", () =>
    Effect.gen(function*() {
      const server = yield* oneOffServer({
        respond: inTurn("GET", "/wait", "reset", { status: 502 }, { status: 429 }, { json: { exit_code: 42 } })
      })
      assert.strictEqual((yield* exec(server)).exitCode, 42)
      assert.lengthOf(server.find("GET", "/wait"), 4)
      for (const reply of [{ status: 404 }, { json: {} }, { text: "<html>" }, { json: { exit_code: null } }]) {
        const other = yield* oneOffServer({ respond: inTurn("GET", "/wait", reply) })
        const error = yield* Effect.flip(exec(other))
        assert.strictEqual(error._tag, "ExitCodeUnknown")
        assertNoSecrets(error)
      }
    }))

  it.scopedLive("stops nothing, and without it the scope does", () =>
    Effect.gen(function*() {
      const server = yield* oneOffServer()
      yield* exec(server)
      assert.isEmpty(server.find("POST", "/stop"))
      // A container that is gone is no failure.
      const gone = yield* oneOffServer({
        terminal: (_, reply) => reply(),
        respond: inTurn("POST", "/stop", { status: 404, json: { error: "not found" } })
      })
      const exit = yield* Effect.exit(Effect.scoped(attach(gone)))
      assert.isTrue(Exit.isSuccess(exit))
      assert.lengthOf(gone.find("POST", "/stop"), 1)
    }))
})
