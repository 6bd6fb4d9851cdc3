/**
 * The terminal of a process, connected to a one-off container: in a pseudo terminal, and without one. The programs run
 * the built package.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Predicate } from "effect"
import { spawn, spawnSync } from "node:child_process"
import type * as Net from "node:net"
import { fileURLToPath } from "node:url"
import { beforeAll } from "vitest"
import { programFile, tsc } from "../processes.js"
import { runs } from "../runs.js"
import { type Behaviour, inTurn, type OneOffServer, oneOffServer } from "./oneOffServer.js"

const fromHere = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const program = programFile("test/src/node/interactiveProgram.mjs")

interface Modes {
  readonly canonical: boolean
  readonly echo: boolean
  readonly signals: boolean
}

const usual: Modes = { canonical: true, echo: true, signals: true }
const raw: Modes = { canonical: false, echo: false, signals: false }

interface Message {
  readonly output?: string
  readonly modes?: Modes
  readonly exit?: number
}

const waitFor = (check: () => boolean) =>
  Effect.repeat(Effect.delay(Effect.sync(check), "10 millis"), { until: (yes) => yes })

/** A process in a terminal of its own, until the scope is closed. */
const inTerminal = (url: string) =>
  Effect.gen(function*() {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn("python3", [fromHere("ptyDriver.py"), process.execPath, program, url], {
          env: { PATH: process.env["PATH"], TERM: "xterm-of-the-test" },
          stdio: ["pipe", "pipe", "inherit"]
        })
      ),
      (child) => Effect.sync(() => child.kill())
    )
    const messages: Array<Message> = []
    let rest = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      messages.push(...lines.map((line): Message => JSON.parse(line)))
    })
    const tell = (command: unknown) => Effect.sync(() => child.stdin.write(`${JSON.stringify(command)}\n`))
    const output = () => messages.map(({ output = "" }) => output).join("")
    return {
      tell,
      output,
      shows: (text: string) => waitFor(() => output().includes(text)),
      modes: Effect.gen(function*() {
        const before = messages.length
        yield* tell({ modes: true })
        yield* waitFor(() => messages.slice(before).some(({ modes }) => modes !== undefined))
        return messages.slice(before).find(({ modes }) => modes !== undefined)?.modes
      }),
      /** How the process has ended, and how it has left the terminal. */
      end: Effect.gen(function*() {
        yield* waitFor(() => messages.some(({ exit }) => exit !== undefined))
        const { exit, modes } = messages.find(({ exit }) => exit !== undefined)!
        return { exit, modes }
      })
    }
  })

/** A command that shows the bytes that are typed, and ends at a `q` or at the end of the input. */
const shell: NonNullable<Behaviour["terminal"]> = (socket: Net.Socket, reply) => {
  reply(200, "$ ")
  socket.on("data", (data: Buffer) => {
    socket.write(`<${data.toString("hex")}>`)
    if (data.includes("q") || data.includes(0x04)) socket.end("bye\r\n")
  })
}

const exitCode = inTurn("GET", "/wait", { json: { exit_code: 42 } })

const isStopped = (server: OneOffServer) => server.find("POST", "/stop").length === 1

/** Runs the program with pipes. */
const withPipes = (url: string, use: (child: ReturnType<typeof spawn>) => Effect.Effect<void>) =>
  Effect.gen(function*() {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, [program, url], { env: { PATH: process.env["PATH"] }, stdio: "pipe" })),
      (child) => Effect.sync(() => child.kill())
    )
    let output = ""
    let code: number | null | undefined
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
    })
    child.on("close", (ended) => {
      code = ended
    })
    yield* use(child)
    yield* waitFor(() => code !== undefined)
    return { code, output }
  })

const hasTerminals = process.platform !== "win32" &&
  spawnSync("python3", ["-c", "import fcntl, pty, termios"]).status === 0

beforeAll(tsc("-b", "packages/node"))

describe.runIf(hasTerminals)("interactive, in a terminal", () => {
  it.scopedLive("is in raw mode, follows the size, and puts the terminal back at the end", () =>
    Effect.gen(function*() {
      const server = yield* oneOffServer({ terminal: shell, respond: exitCode })
      const { end, modes, output, shows, tell } = yield* inTerminal(server.url)
      yield* shows("$ ")
      assert.deepStrictEqual(yield* modes, raw)
      const body = JSON.parse(server.find("POST", "/run")[0]!.body.toString())
      assert.deepStrictEqual(body.env, { TERM: "xterm-of-the-test" })
      // Ctrl-C, Ctrl-Z and Ctrl-\ are keys, and nothing is echoed here.
      yield* tell({ type: "é\u0003\u001a\u001c" })
      yield* shows("<c3a9031a1c>")
      yield* tell({ size: [132, 43] })
      yield* waitFor(() => server.find("PUT", "").length === 2)
      assert.deepStrictEqual(server.find("PUT", "").map(({ body }) => JSON.parse(body.toString())), [
        { width: 100, height: 30 },
        { width: 132, height: 43 }
      ])
      yield* tell({ type: "q" })
      assert.deepStrictEqual(yield* end, { exit: 42, modes: usual })
      // Node's raw mode still writes a carriage return before each line feed.
      assert.strictEqual(output().replace("\r\r", "\r"), "$ <c3a9031a1c><71>bye\r\n")
      assert.isFalse(isStopped(server))
    }))

  for (const signal of runs(["SIGTERM", "SIGQUIT"], ["SIGTERM", "SIGHUP", "SIGQUIT"])) {
    it.scopedLive(`puts the terminal back and stops the container after ${signal}`, () =>
      Effect.gen(function*() {
        const server = yield* oneOffServer({ terminal: shell })
        const { end, output, shows, tell } = yield* inTerminal(server.url)
        yield* shows("$ ")
        yield* tell({ signal })
        const { exit, modes } = yield* end
        assert.deepStrictEqual(modes, usual)
        assert.strictEqual(exit, signal === "SIGTERM" ? 130 : 9)
        if (exit === 9) assert.include(output(), `was lost: this process got ${signal}`)
        assert.isTrue(isStopped(server))
      }))
  }

  it.scopedLive("puts the terminal back when the connection is lost", () =>
    Effect.gen(function*() {
      let cut = () => {}
      const server = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply(200, "$ ")
          cut = () => socket.resetAndDestroy()
        }
      })
      const { end, output, shows } = yield* inTerminal(server.url)
      yield* shows("$ ")
      cut()
      assert.deepStrictEqual(yield* end, { exit: 9, modes: usual })
      assert.include(output(), "The connection to the one-off container one-off-1234 of the app my-app was lost")
    }))
})

describe("interactive, without a terminal", () => {
  it.scopedLive("types what is piped in, and its end", () =>
    Effect.gen(function*() {
      const server = yield* oneOffServer({ terminal: shell, respond: exitCode })
      const ended = yield* withPipes(server.url, (child) => Effect.sync(() => child.stdin?.end("a line\n")))
      assert.strictEqual(ended.code, 42)
      assert.strictEqual(ended.output.replace("><", ""), "$ <61206c696e650a04>bye\r\n")
      const body = JSON.parse(server.find("POST", "/run")[0]!.body.toString())
      assert.isFalse(Predicate.hasProperty(body, "env"))
      assert.isEmpty(server.find("PUT", ""))
    }))

  it.scopedLive("ends within a line too", () =>
    Effect.gen(function*() {
      let typed = ""
      const server = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply()
          socket.on("data", (data: Buffer) => {
            typed += data.toString("hex")
            if (typed.endsWith("0404")) socket.end()
          })
        }
      })
      assert.strictEqual((yield* withPipes(server.url, (child) => Effect.sync(() => child.stdin?.end("a")))).code, 0)
      assert.strictEqual(typed, "610404")
    }))

  it.scopedLive("ends with the command while its input is still open", () =>
    Effect.gen(function*() {
      const server = yield* oneOffServer({ respond: exitCode })
      assert.deepStrictEqual(yield* withPipes(server.url, () => Effect.void), { code: 42, output: "hello\r\n" })
    }))

  it.scopedLive("stops the container when nobody reads its output", () =>
    Effect.gen(function*() {
      let isOver = false
      const server = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply()
          const timer = setInterval(() => socket.write("more\r\n"), 5)
          socket.on("close", () => {
            clearInterval(timer)
            isOver = true
          })
        }
      })
      const { code } = yield* withPipes(server.url, (child) =>
        Effect.sync(() => child.stdout?.once("data", () => child.stdout?.destroy())))
      assert.strictEqual(code, 9)
      assert.isTrue(isStopped(server))
      yield* waitFor(() =>
        isOver
      )
    }))

  it.runIf(hasTerminals)("types the signals that it gets", () =>
    Effect.scoped(Effect.gen(function*() {
      let typed = ""
      const server = yield* oneOffServer({
        terminal: (socket, reply) => {
          reply()
          socket.on("data", (data: Buffer) => {
            typed += data.toString("hex")
            if (typed.endsWith("04")) socket.end()
          })
          socket.write("ready")
        }
      })
      const { code } = yield* withPipes(server.url, (child) =>
        Effect.gen(function*() {
          yield* waitFor(() => server.find("CONNECT", "").length === 1)
          yield* Effect.async<void>((resume) => {
            child.stdout?.once("data", () => resume(Effect.void))
          })
          child.kill("SIGQUIT")
          yield* waitFor(() => typed === "1c")
          child.kill("SIGTSTP")
          yield* waitFor(() => typed === "1c1a")
          child.stdin?.end()
        }))
      assert.deepStrictEqual([code, typed], [0, "1c1a04"])
    })).pipe(Effect.runPromise))
})
