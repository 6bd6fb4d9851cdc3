/**
 * The packages as they are published, and content that the repository must not have.
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

/** A program that uses the built packages. */
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
  it("have the same version, which the library knows", () => {
    assert.strictEqual(version, manifestOf("packages/core").version)
    assert.strictEqual(version, manifestOf("packages/node").version)
  })

  describe("when they are built", () => {
    // `npm test` has built them before, so this takes a second.
    beforeAll(() => {
      run(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "packages/core", "packages/node"], root)
    }, 120_000)

    it("can be imported and required, each module by itself", { timeout: 60_000 }, () => {
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
  it("does not depend on a certain package registry", () => {
    const lines = textOf("pnpm-lock.yaml").split("\n").filter((line) => /https?:|registry\.|tarball:/.test(line))
    assert.deepStrictEqual(lines, [])
  })

  // The list of files comes from git, which an unpacked archive does not have.
  it.skipIf(!existsSync(`${root}.git`))("contains no path of a local machine", () => {
    const places = [root, `${homedir()}/`].filter((path) => path.split("/").length > 3)
    const isForeign = (text: string) =>
      places.some((place) => text.includes(place)) || /\/(?:home|Users)\/\w/.test(text)
    const files = run("git", ["ls-files", "-z"], root).split("\0").filter((path) =>
      path !== "" && existsSync(root + path)
    )
    assert.deepStrictEqual(files.filter((path) => isForeign(textOf(path))), [])
  })
})
