/**
 * The packages as they are published, and what must not be in the repository.
 */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { homedir } from "node:os"
import { version } from "../../../packages/core/src/client/internal/version.js"
import { publicModules, root } from "./typescript.js"

const textOf = (path: string) => readFileSync(root + path, "utf8")
const manifestOf = (path: string): { readonly version: string } => JSON.parse(textOf(`${path}/package.json`))

const run = (command: string, args: ReadonlyArray<string>, cwd: string) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 })

const specifiers = publicModules.map(({ specifier }) => specifier)

/** What a program of a user sees; runs with the built packages. */
const consumer = `
  import { createRequire } from "node:module"
  const specifiers = ${JSON.stringify(specifiers)}
  const failed = []
  for (const specifier of specifiers) {
    await import(specifier).catch((error) => failed.push(specifier + ": " + error.message))
  }
  const refused = await import("@effect-scalingo/core/internal/redaction").then(() => "imported", (error) => error.code)
  const require = createRequire(process.cwd() + "/")
  const required = typeof require("@effect-scalingo/core/Apps").layer
  const same = require("@effect-scalingo/core/Apps").Apps === (await import("@effect-scalingo/core/Apps")).Apps
  console.log(JSON.stringify({ failed, refused, required, same }))
`

describe("the packages", () => {
  it("have one version, and the library knows it", () => {
    assert.strictEqual(version, manifestOf("packages/core").version)
    assert.strictEqual(version, manifestOf("packages/node").version)
  })

  describe("when they are built", () => {
    // After `npm test` has built them this takes a second.
    beforeAll(() => {
      run(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "packages/core", "packages/node"], root)
    }, 120_000)

    it("can be imported module by module, and required", { timeout: 60_000 }, () => {
      const output = run(process.execPath, ["--input-type=module", "--eval", consumer], `${root}test`)
      assert.deepStrictEqual(JSON.parse(output), {
        failed: [],
        refused: "ERR_PACKAGE_PATH_NOT_EXPORTED",
        required: "object",
        same: true
      })
    })
  })
})

describe("the repository", () => {
  it("installs from whatever registry a machine is set to", () => {
    const lines = textOf("pnpm-lock.yaml").split("\n").filter((line) => /https?:|registry\.|tarball:/.test(line))
    assert.deepStrictEqual(lines, [])
  })

  // A package that was unpacked without git has nothing to ask.
  it.skipIf(!existsSync(`${root}.git`))("names no folder of anyone's machine", () => {
    const places = [root, `${homedir()}/`].filter((path) => path.split("/").length > 3)
    const isForeign = (text: string) =>
      places.some((place) => text.includes(place)) || /\/(?:home|Users)\/\w/.test(text)
    const files = run("git", ["ls-files", "-z"], root).split("\0").filter((path) =>
      path !== "" && existsSync(root + path)
    )
    assert.deepStrictEqual(files.filter((path) => isForeign(textOf(path))), [])
  })
})
