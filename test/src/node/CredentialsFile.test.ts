import { CredentialsFile, NodeScalingo } from "@effect-scalingo/node"
import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { SystemError } from "@effect/platform/Error"
import { assert, describe, it } from "@effect/vitest"
import { ConfigError, ConfigProvider, Effect, Layer, Option, Redacted, type Scope } from "effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import * as Net from "node:net"

const token = "tk-us-from-the-file"
const stored = JSON.stringify({
  last_update: "2026-01-01T00:00:00Z",
  auth_config_data: {
    "auth.scalingo.com": { user: { id: "us-1" }, tokens: { token } },
    "auth.example.com": { odd: true }
  }
})

/** A temporary folder with these files. */
const folder = (files: Record<string, string>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* Effect.forEach(Object.entries(files), ([name, text]) => fs.writeFileString(path.join(directory, name), text))
    return directory
  })

const build = (directory: string | false, variables: Record<string, string> = {}) =>
  Layer.build(NodeScalingo.layerConfigWith({ credentialsFile: directory })).pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
  )

describe("the files of the official command line", () => {
  it.scoped("provide the API token and the region", () =>
    Effect.gen(function*() {
      const directory = yield* folder({ auth: stored, "config.json": "{\"region\":\"osc-secnum-fr1\"}" })
      assert.deepStrictEqual(yield* CredentialsFile.region({ directory }), Option.some("osc-secnum-fr1"))
      const found = yield* CredentialsFile.apiToken({ directory })
      assert.strictEqual(Option.getOrThrow(Option.map(found, Redacted.value)), token)
      assert.isTrue(Option.isNone(yield* CredentialsFile.apiToken({ directory, authHost: "auth.elsewhere.com" })))
      yield* build(directory)
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scoped("hold accounts by the host of the auth API, without its port", () =>
    Effect.gen(function*() {
      const auth = JSON.stringify({ auth_config_data: { "auth.internal": { tokens: { token } } } })
      const directory = yield* folder({ auth })
      for (const authHost of ["auth.internal", "auth.internal:8443"]) {
        const found = yield* CredentialsFile.apiToken({ directory, authHost })
        assert.strictEqual(Option.getOrThrow(Option.map(found, Redacted.value)), token)
      }
      yield* build(directory, { SCALINGO_AUTH_URL: "https://auth.internal:8443" })
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scoped("may have blanks and line ends around the token, but not in it", () =>
    Effect.gen(function*() {
      const write = (token: string) =>
        folder({ auth: JSON.stringify({ auth_config_data: { "auth.scalingo.com": { tokens: { token } } } }) })
      const directory = yield* write(` ${token}\r\n`)
      const found = yield* CredentialsFile.apiToken({ directory })
      assert.strictEqual(Option.getOrThrow(Option.map(found, Redacted.value)), token)
      yield* build(directory)
      for (const wrong of ["tk-us-\ns3cret", "s3 cret", " "]) {
        const other = yield* write(wrong)
        const error = String(yield* Effect.flip(build(other)))
        assert.include(error, `${other}/auth`)
        assert.include(error, "such as tk-us-")
        assert.notInclude(error, "cret")
      }
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scoped("can be missing", () =>
    Effect.gen(function*() {
      const directory = yield* folder({})
      assert.isTrue(Option.isNone(yield* CredentialsFile.apiToken({ directory })))
      assert.isTrue(Option.isNone(yield* CredentialsFile.region({ directory: `${directory}/nowhere` })))
      const error = yield* Effect.flip(build(directory))
      assert.include(String(error), "SCALINGO_API_TOKEN")
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scoped("are named in the error when they are malformed, without their content", () =>
    Effect.gen(function*() {
      const directory = yield* folder({ auth: "{\"auth_config_data\": \"s3cret" })
      const error = String(yield* Effect.flip(CredentialsFile.apiToken({ directory })))
      assert.include(error, directory)
      assert.notInclude(error, "s3cret")
      const odd = yield* folder({ auth: stored })
      const account = yield* Effect.flip(CredentialsFile.apiToken({ directory: odd, authHost: "auth.example.com" }))
      assert.include(String(account), "tokens")
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scoped("are not read when the environment is complete or when they are disabled", () =>
    Effect.gen(function*() {
      const directory = yield* folder({ auth: "garbage", "config.json": "garbage" })
      yield* build(directory, { SCALINGO_API_TOKEN: "tk-us-x", SCALINGO_REGION: "osc-fr1" })
      yield* build(false, { SCALINGO_API_TOKEN: "tk-us-x" })
      assert.include(String(yield* Effect.flip(build(directory, { SCALINGO_API_TOKEN: "tk-us-x" }))), "config.json")
    }).pipe(Effect.provide(NodeContext.layer)))

  const files = ["auth", "config.json"] as const
  const read = (directory: string, name: typeof files[number]) =>
    name === "auth"
      ? Effect.asVoid(CredentialsFile.apiToken({ directory }))
      : Effect.asVoid(CredentialsFile.region({ directory }))

  /** Puts something else in the place of a file. */
  const places: { readonly [name: string]: (file: string) => Effect.Effect<unknown, unknown, Scope.Scope> } = {
    directory: (file) => Effect.sync(() => mkdirSync(file)),
    FIFO: (file) => Effect.sync(() => execFileSync("mkfifo", [file])),
    "link to a FIFO": (file) =>
      Effect.sync(() => {
        execFileSync("mkfifo", [`${file}.fifo`])
        symlinkSync(`${file}.fifo`, file)
      }),
    "link to a device": (file) => Effect.sync(() => symlinkSync("/dev/zero", file)),
    "link to itself": (file) => Effect.sync(() => symlinkSync(file, file)),
    socket: (file) =>
      Effect.acquireRelease(
        Effect.async<Net.Server>((resume) => {
          const server = Net.createServer().listen(file, () => resume(Effect.succeed(server)))
        }),
        (server) => Effect.sync(() => server.close())
      ),
    "file above 1 MiB": (file) => Effect.sync(() => writeFileSync(file, " ".repeat(1024 * 1024) + stored))
  }
  for (const name of files) {
    for (const [kind, put] of Object.entries(places)) {
      it.scopedLive(`are named in the error when ${name} is a ${kind}`, () =>
        Effect.gen(function*() {
          const directory = yield* folder({})
          yield* put(`${directory}/${name}`)
          const error = yield* Effect.flip(read(directory, name)).pipe(Effect.timeout("2 minutes"))
          assert.isTrue(ConfigError.isConfigError(error))
          assert.include(String(error), `${directory}/${name}`)
        }).pipe(Effect.provide(NodeContext.layer)))
    }

    it.scoped(`are named in the error when ${name} is deeply nested`, () =>
      Effect.gen(function*() {
        const open = "[".repeat(100_000)
        const list = open + "]".repeat(100_000)
        const record = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)
        for (
          const content of [
            open,
            list,
            record,
            `{"auth_config_data":${list},"region":${list}}`,
            `{"auth_config_data":${JSON.stringify(list)},"region":${list}}`,
            `{"auth_config_data":{"auth.scalingo.com":${list}},"region":${record}}`,
            `{"auth_config_data":{"auth.scalingo.com":{"tokens":${record}}},"region":{"a":${list}}}`,
            `{"auth_config_data":{"auth.scalingo.com":{"tokens":{"token":${list}}}},"region":[${record}]}`
          ]
        ) {
          const directory = yield* folder({ [name]: content })
          if (name === "config.json" && content === record) continue
          const error = yield* Effect.flip(read(directory, name))
          assert.isTrue(ConfigError.isConfigError(error))
          assert.include(String(error), `${directory}/${name}`)
        }
      }).pipe(Effect.provide(NodeContext.layer)))

    it.scoped(`are named in the error when ${name} cannot be read`, () =>
      Effect.gen(function*() {
        for (const reason of ["PermissionDenied", "Busy", "Unknown"] as const) {
          const failing = FileSystem.layerNoop({
            stat: (path) =>
              Effect.fail(
                new SystemError({ reason, module: "FileSystem", method: "stat", pathOrDescriptor: path })
              )
          })
          const error = yield* read("/somewhere", name).pipe(
            Effect.flip,
            Effect.provide(Layer.merge(failing, Path.layer))
          )
          assert.isTrue(ConfigError.isConfigError(error))
          assert.include(String(error), `/somewhere/${name}`)
        }
      }))

    it.scoped(`can be missing because a parent of ${name} is a file`, () =>
      Effect.gen(function*() {
        const directory = yield* folder({ file: "" })
        yield* read(`${directory}/file`, name)
      }).pipe(Effect.provide(NodeContext.layer)))
  }
})
