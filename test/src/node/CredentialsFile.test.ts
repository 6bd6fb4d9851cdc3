import { CredentialsFile, NodeScalingo } from "@effect-scalingo/node"
import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Option, Redacted } from "effect"

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
})
