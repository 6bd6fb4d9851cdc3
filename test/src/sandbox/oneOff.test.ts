import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Redacted, Scope, Stream, TestClock } from "effect"
import { createHash } from "node:crypto"
import { logsUrl, settle } from "./liveClient.js"
import { attachTo, credentials, start, type Started, upload } from "./oneOffClient.js"
import { basic, Fault, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const seed = { apps: [{ name: "my-app", variables: { GREETING: "hello world", ALIAS: "$GREETING" } }] }
const quiet = { logInterval: "never" } as const

const exitCode = ({ url }: Started) =>
  Effect.gen(function*() {
    const headers = yield* credentials()
    return yield* sendTo("GET", `${url}/wait`, { headers })
  })

/** Runs a command to its end, and returns its output and its exit code. */
const runToEnd = (command: string, ...inputs: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const oneOff = yield* start("my-app", { command })
    const terminal = yield* attachTo(oneOff)
    for (const input of inputs) {
      yield* settle
      yield* terminal.type(input)
    }
    yield* terminal.ended
    const { body } = yield* exitCode(oneOff)
    return [terminal.output(), (body as { readonly exit_code: number }).exit_code] as const
  }).pipe(Effect.scoped)

describe("sandbox: the shell of one-offs", () => {
  const cases: ReadonlyArray<readonly [command: string, output: string, code: number]> = [
    ["echo one   'two  three' \"four\" five\\ six", "one two  three four five six\r\n", 0],
    ["echo -n no line end", "no line end", 0],
    ["true && echo yes || echo no", "yes\r\n", 0],
    ["false && echo yes || echo no; exit 3; echo never", "no\r\n", 3],
    ["false", "", 1],
    ["echo $GREETING \"$ALIAS\" '$GREETING' ${MINE}", "hello world hello world $GREETING mine\r\n", 0],
    ["false; echo $? # a comment", "1\r\n", 0],
    ["A=1 B='2 3'; echo $A-$B", "1-2 3\r\n", 0],
    ["rake db:migrate", "sh: rake: command not found\r\n", 127],
    ["cat missing.txt", "cat: missing.txt: No such file or directory\r\n", 1],
    ["stty size", "24 80\r\n", 0],
    ["stty -opost -echo; echo a", "a\n", 0],
    ["stty -opost; stty opost; echo a", "a\r\n", 0],
    ["stty sane", "stty: invalid argument 'sane'\r\n", 1],
    ["sh -c 'echo inner; exit 7'", "inner\r\n", 7],
    ["echo 'open", "sh: unexpected EOF while looking for matching `''\r\n", 2],
    ["echo a | wc", "sh: syntax error near unexpected token `|'\r\n", 2],
    ["constructor", "sh: constructor: command not found\r\n", 127]
  ]
  for (const [command, output, code] of cases) {
    it.effect(command, () =>
      Effect.gen(function*() {
        const oneOff = yield* start("my-app", { command, env: { MINE: "mine" } })
        const terminal = yield* attachTo(oneOff)
        yield* terminal.ended
        assert.deepStrictEqual([terminal.output(), (yield* exitCode(oneOff)).body], [output, { exit_code: code }])
      }).pipe(Effect.scoped, withSandbox(seed, quiet)))
  }

  it.effect("env", () =>
    Effect.gen(function*() {
      const oneOff = yield* start("my-app", { command: "env", env: { TERM: "vt100", MINE: "1" } })
      const terminal = yield* attachTo(oneOff)
      yield* terminal.ended
      const lines = terminal.output().split("\r\n")
      for (const line of ["APP=my-app", `CONTAINER=${oneOff.label}`, "TERM=vt100", "MINE=1", "ALIAS=hello world"]) {
        assert.include(lines, line)
      }
    }).pipe(Effect.scoped, withSandbox(seed, quiet)))

  it.effect("sleep, by the Clock", () =>
    Effect.gen(function*() {
      const oneOff = yield* start("my-app", { command: "sleep 90 && echo done" })
      const waiting = yield* Effect.fork(exitCode(oneOff))
      const terminal = yield* attachTo(oneOff)
      yield* TestClock.adjust("89 seconds")
      assert.strictEqual(terminal.output(), "")
      assert.isTrue((yield* Fiber.poll(waiting))._tag === "None")
      yield* TestClock.adjust("1 second")
      yield* terminal.ended
      assert.strictEqual(terminal.output(), "done\r\n")
      assert.deepStrictEqual((yield* Fiber.join(waiting)).body, { exit_code: 0 })
    }).pipe(Effect.scoped, withSandbox(seed, quiet)))

  it.effect("loud, with numbered lines and back-pressure", () =>
    Effect.gen(function*() {
      const size = 3_000_017
      const oneOff = yield* start("my-app", { command: `loud ${size}` })
      const sandbox = yield* Sandbox.Sandbox
      const { incoming, status } = yield* sandbox.connect({ url: new URL(oneOff.url), headers: yield* credentials() })
      assert.strictEqual(status, 200)
      yield* settle
      // Nobody has read anything: the command waits.
      assert.lengthOf((yield* sandbox.app("my-app")).containers, 2)
      const bytes = yield* Stream.runFold(incoming, { size: 0, hash: createHash("sha256") }, (all, part) => ({
        size: all.size + part.length,
        hash: all.hash.update(part)
      }))
      assert.strictEqual(bytes.size, size)
      const expected = Array.from(
        { length: Math.ceil(size / 64) },
        (_, line) => `${String(line).padStart(10, "0")} the quick brown fox jumps over the lazy dog 0123456\r\n`
      ).join("").slice(0, size)
      assert.strictEqual(bytes.hash.digest("hex"), createHash("sha256").update(expected).digest("hex"))
      assert.lengthOf((yield* sandbox.app("my-app")).containers, 1)
    }).pipe(Effect.scoped, withSandbox(seed, quiet)))
})

describe("sandbox: the terminal of one-offs", () => {
  it.effect("echoes and cuts into lines what is typed", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* runToEnd("cat", "one\rtwé\x7fo\n\x04"), [
        "one\r\ntwé\b \bo\r\none\r\ntwo\r\n",
        0
      ])
      assert.deepStrictEqual(yield* runToEnd("wc -l", "one\ntwo\n\x04"), ["one\r\ntwo\r\n2\r\n", 0])
    }).pipe(withSandbox(seed, quiet)))

  it.effect("interrupts a command, and ends input", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* runToEnd("sleep 1000; echo never", "\x03"), ["^C", 130])
      assert.deepStrictEqual(yield* runToEnd("cat", "\x1c"), ["^\\", 131])
      assert.strictEqual((yield* runToEnd("yes", "\x03"))[1], 130)
    }).pipe(withSandbox(seed, quiet)))

  it.effect("has an interactive shell", () =>
    Effect.gen(function*() {
      const [output, code] = yield* runToEnd("bash", "X=5\recho $X\rsleep 100\r", "\x03", "echo $?\rnope\rexit 4\r")
      assert.strictEqual(code, 4)
      assert.match(output, /^~ \$ /)
      for (const part of ["5\r\n~ $ ", "^C", "130\r\n~ $ ", "sh: nope: command not found"]) assert.include(output, part)
      const [ended, last] = yield* runToEnd("bash --login", "false\r\x04")
      assert.deepStrictEqual([ended.endsWith("exit\r\n"), last], [true, 1])
    }).pipe(withSandbox(seed, quiet)))

  it.effect("has the size that the client sends, as numbers or texts", () =>
    Effect.gen(function*() {
      const oneOff = yield* start("my-app", { command: "bash" })
      const resize = (body: unknown) =>
        Effect.flatMap(credentials(), (headers) =>
          Effect.map(sendTo("PUT", oneOff.url, { headers, body }), ({ status }) => status))
      assert.strictEqual(yield* resize({ width: 120, height: 40 }), 200)
      const terminal = yield* attachTo(oneOff)
      yield* terminal.type("stty size\r")
      yield* settle
      assert.strictEqual(yield* resize({ width: "100", height: "30" }), 200)
      assert.strictEqual(yield* resize({ width: "wide", height: 30 }), 422)
      yield* terminal.type("stty size\r")
      yield* settle
      assert.match(terminal.output(), /40 120\r\n[^]*30 100\r\n/)
    }).pipe(Effect.scoped, withSandbox(seed, quiet)))
})

describe("sandbox: files of one-offs", () => {
  it.effect("are kept under /tmp/uploads", () =>
    Effect.gen(function*() {
      const content = "first\nsecond\n"
      const oneOff = yield* start("my-app", {
        command: "cat /tmp/uploads/a.txt && wc -c /tmp/uploads/a.txt && sha256sum /tmp/uploads/a.txt"
      })
      assert.strictEqual((yield* upload(oneOff, [["file", "a.txt", content]])).status, 200)
      const terminal = yield* attachTo(oneOff)
      yield* terminal.ended
      const digest = createHash("sha256").update(content).digest("hex")
      assert.strictEqual(
        terminal.output(),
        `first\r\nsecond\r\n13 /tmp/uploads/a.txt\r\n${digest}  /tmp/uploads/a.txt\r\n`
      )
      assert.strictEqual((yield* upload(oneOff, [["file", "late.txt", content]])).status, 404)
    }).pipe(Effect.scoped, withSandbox(seed, quiet)))

  it.effect("come one by one, each of at most 100 MiB", () =>
    Effect.gen(function*() {
      const oneOff = yield* start("my-app", { command: "bash" })
      const two = yield* upload(oneOff, [["file", "a", "1"], ["file", "b", "2"]])
      const other = yield* upload(oneOff, [["attachment", "a", "1"]])
      const large = yield* upload(oneOff, [["file", "a", new Uint8Array(100 * 1024 * 1024 + 1)]])
      assert.deepStrictEqual([two.status, other.status, large.status], [422, 422, 413])
      const limit = yield* upload(oneOff, [["file", "a", new Uint8Array(11 * 1024 * 1024)]])
      assert.strictEqual(limit.status, 200)
    }).pipe(Effect.scoped, withSandbox(seed, quiet)))

  for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 100_003]) {
    it.effect(`have a digest, of ${size} bytes`, () =>
      Effect.gen(function*() {
        const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) % 256)
        const oneOff = yield* start("my-app", { command: "sha256sum /tmp/uploads/x" })
        yield* upload(oneOff, [["file", "x", bytes]])
        const terminal = yield* attachTo(oneOff)
        yield* terminal.ended
        assert.strictEqual(terminal.output().slice(0, 64), createHash("sha256").update(bytes).digest("hex"))
      }).pipe(Effect.scoped, withSandbox(seed, quiet)))
  }
})

describe("sandbox: the life of one-offs", () => {
  it.effect("needs the bearer as the password of Basic authentication", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const oneOff = yield* start("my-app", { command: "bash" })
      const bearer = Redacted.value(yield* sandbox.bearer())
      const connect = (headers: { readonly [name: string]: string }) =>
        Effect.map(sandbox.connect({ url: new URL(oneOff.url), headers }), ({ status }) => status).pipe(Effect.scoped)
      const stranger = basic("", Redacted.value(yield* sandbox.bearer("bob")))
      for (const headers of [{}, { authorization: `Bearer ${bearer}` }, basic("", "wrong"), stranger]) {
        assert.strictEqual(yield* connect(headers), 401)
        assert.strictEqual((yield* sendTo("GET", `${oneOff.url}/wait`, { headers })).status, 401)
      }
      const headers = yield* credentials()
      assert.strictEqual((yield* sendTo("GET", `${oneOff.url}x/wait`, { headers })).status, 404)
    }).pipe(withSandbox({ ...seed, accounts: [{ username: "john" }, { username: "bob" }] }, quiet)))

  it.effect("begins when a client attaches, only one, and ends when it goes away", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const oneOff = yield* start("my-app", { command: "sleep 10" })
      yield* TestClock.adjust("1 hour")
      assert.include((yield* sandbox.app("my-app")).containers, oneOff.label)
      const scope = yield* Scope.make()
      yield* Scope.extend(attachTo(oneOff), scope)
      yield* settle
      const second = yield* sandbox.connect({ url: new URL(oneOff.url), headers: yield* credentials() })
      assert.strictEqual(second.status, 409)
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual((yield* exitCode(oneOff)).body, { exit_code: 137 })
      assert.notInclude((yield* sandbox.app("my-app")).containers, oneOff.label)
      assert.strictEqual(yield* sandbox.countSockets, 0)
    }).pipe(Effect.scoped, withSandbox(seed, { ...quiet, bearerLife: "10 hours" })))

  it.effect("ends after 30 minutes without a byte", () =>
    Effect.gen(function*() {
      const oneOff = yield* start("my-app", { command: "bash" })
      const terminal = yield* attachTo(oneOff)
      yield* TestClock.adjust("29 minutes")
      yield* terminal.type("x")
      yield* settle
      const waiting = yield* Effect.fork(exitCode(oneOff))
      yield* TestClock.adjust("29 minutes")
      assert.isTrue((yield* Fiber.poll(waiting))._tag === "None")
      yield* TestClock.adjust("1 minute")
      yield* terminal.ended
      assert.strictEqual((yield* Fiber.join(waiting)).status, 408)
    }).pipe(Effect.scoped, withSandbox(seed, { ...quiet, bearerLife: "10 hours" })))

  it.effect("ends when it is stopped or killed, and with its app", () =>
    Effect.gen(function*() {
      const codes: Array<unknown> = []
      for (const [path, body] of [["stop", {}], ["kill", { signal: "SIGKILL" }], ["kill", { signal: "SIGINT" }]]) {
        const oneOff = yield* start("my-app", { command: "bash" })
        const terminal = yield* attachTo(oneOff)
        yield* oneOff.post(`/${path}`, body)
        yield* TestClock.adjust("5 seconds")
        yield* terminal.ended
        codes.push((yield* exitCode(oneOff)).body)
      }
      assert.deepStrictEqual(codes, [143, 137, 130].map((exit_code) => ({ exit_code })))
      const last = yield* start("my-app", { command: "bash" })
      const terminal = yield* attachTo(last)
      yield* settle
      const sandbox = yield* Sandbox.Sandbox
      yield* sendTo("DELETE", `${sandbox.urls.api("osc-fr1")}/apps/my-app?current_name=my-app`, {
        bearer: yield* sandbox.bearer()
      })
      yield* terminal.ended
      assert.strictEqual(terminal.end(), "closed")
    }).pipe(Effect.scoped, withSandbox(seed, quiet)))

  it.effect("logs the output of a detached one-off, by the Clock, and its exit code", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = yield* logsUrl("my-app")
      const oneOff = yield* start("my-app", {
        command: "echo begin; sleep 60; echo $MINE; cat; echo -n end; exit 3",
        env: { MINE: "mine" },
        detached: true
      })
      const lines = Effect.map(
        sendTo("GET", `${url}&n=100`),
        ({ text }) => text.split("\n").slice(0, -1).map((line) => line.replace(/^.* UTC /, ""))
      )
      assert.deepStrictEqual(yield* lines, [`[${oneOff.label}] begin`])
      assert.include((yield* sandbox.app("my-app")).containers, oneOff.label)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* lines, [
        `[${oneOff.label}] begin`,
        `[${oneOff.label}] mine`,
        `[${oneOff.label}] end`,
        `[manager] container [${oneOff.label}] exited with status code 3`
      ])
      assert.notInclude((yield* sandbox.app("my-app")).containers, oneOff.label)
    }).pipe(withSandbox(seed, quiet)))

  it.effect("bounds a detached one-off that never ends by itself, and stops one", () =>
    Effect.gen(function*() {
      const url = yield* logsUrl("my-app")
      const endless = yield* start("my-app", { command: "yes", detached: true })
      const last = (yield* sendTo("GET", `${url}&n=1`)).text
      assert.include(last, `[manager] container [${endless.label}] exited with status code 137`)
      const long = yield* start("my-app", { command: "sleep 1000; echo late", detached: true })
      yield* long.post("/stop", {})
      yield* TestClock.adjust("1 hour")
      const end = (yield* sendTo("GET", `${url}&n=1`)).text
      assert.include(end, `[manager] container [${long.label}] exited with status code 143`)
    }).pipe(withSandbox(seed, { ...quiet, bearerLife: "10 hours" })))

  it.effect("loses half of its output by a fault", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { api: "one-off", method: "CONNECT" }, fault: Fault.cutConnection(10) })
      const oneOff = yield* start("my-app", { command: "echo 0123456789abcdef" })
      const terminal = yield* attachTo(oneOff)
      yield* terminal.ended
      assert.deepStrictEqual([terminal.output(), terminal.end()], ["0123456789", "Lost"])
      assert.deepStrictEqual((yield* exitCode(oneOff)).body, { exit_code: 137 })

      yield* sandbox.inject({ on: { api: "one-off", method: "CONNECT" }, fault: Fault.silence })
      const silent = yield* start("my-app", { command: "echo unheard; sleep 10" })
      const deaf = yield* attachTo(silent)
      yield* settle
      assert.strictEqual(yield* sandbox.cutSockets, 1)
      yield* deaf.ended
      assert.deepStrictEqual([deaf.output(), deaf.end()], ["", "Lost"])
    }).pipe(Effect.scoped, withSandbox(seed, quiet)))
})
