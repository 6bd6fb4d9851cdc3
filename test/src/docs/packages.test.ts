/**
 * The packages as they are published, and content that the repository must not have.
 */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { homedir } from "node:os"
import { version } from "../../../packages/core/src/client/internal/version.js"
import { run, runNode, tsc } from "../processes.js"
import { publicModules, root } from "./typescript.js"

const textOf = (path: string) => readFileSync(root + path, "utf8")
const manifestOf = (path: string): { readonly version: string } => JSON.parse(textOf(`${path}/package.json`))

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
    beforeAll(tsc("-b", "packages/core", "packages/node"))

    it("can be imported and required, each module by itself", async () => {
      const { output } = await runNode(["--input-type=module", "--eval", consumer], { cwd: `${root}test` })
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

  /** The files of the repository, also in an unpacked archive, which has no git. */
  const listFiles = async (): Promise<ReadonlyArray<string>> => {
    const { code, output } = await run("git", ["ls-files", "-z"]).catch(() => ({ code: 1, output: "" }))
    if (code === 0) return output.split("\0").filter((path) => path !== "" && existsSync(root + path))
    const ignored = /(?:^|\/)(?:node_modules|dist|coverage|\.roll-out)\//
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length))
      .filter((path) => !ignored.test(path))
  }

  it("contains no path of a local machine", async () => {
    const places = [root, `${homedir()}/`].filter((path) => path.split("/").length > 3)
    const isForeign = (text: string) =>
      places.some((place) => text.includes(place)) || /\/(?:home|Users)\/\w/.test(text)
    const files = await listFiles()
    assert.isAbove(files.length, 300)
    assert.deepStrictEqual(files.filter((path) => isForeign(textOf(path))), [])
  })
})
