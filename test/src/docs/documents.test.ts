/**
 * The documents beside the README: their excerpts, their links, and the files that they name.
 */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import { root } from "./typescript.js"

const files = (folder: string, recursive: boolean) =>
  readdirSync(root + folder, { encoding: "utf8", recursive })
    .map((path) => folder + path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".md"))

const documents = [...files("", false), ...files("docs/", true)]
  .map((path) => ({ path, text: readFileSync(root + path, "utf8") }))

/** Blocks that name their source: "```ts packages/core/src/resources/Domains.ts". */
const excerpt = /^( *)```ts (\S+)\n([\s\S]*?)^\1```/gm

/** The parts of an excerpt between lines `// …`, which stand for what is left out. */
const partsOf = (margin: string, code: string): ReadonlyArray<string> =>
  code.split("\n").map((line) => line.startsWith(margin) ? line.slice(margin.length) : line).join("\n")
    .split(/^ *\/\/ …\n/m)

const excerpts = documents.flatMap(({ path, text }) =>
  [...text.matchAll(excerpt)].flatMap(([, margin = "", source = "", code = ""]) =>
    partsOf(margin, code).map((part) => ({ path, source, part }))
  )
)

/** What a path in a document may begin from. */
const bases = ["", "packages/core/src/", "test/"]

describe("the documents", () => {
  it("show code as it stands in the file that they name", () => {
    assert.isAbove(excerpts.length, 10)
    const wrong = excerpts.filter(({ part, source }) => !readFileSync(root + source, "utf8").includes(part))
    assert.deepStrictEqual(wrong.map(({ part, path, source }) => `${path}: not in ${source}:\n${part}`), [])
  })

  it("link to files that exist", () => {
    const wrong = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
        .map(([, target = ""]) => posix.join(posix.dirname(path), target))
        .filter((target) => !existsSync(root + target))
        .map((target) => `${path}: ${target}`)
    )
    assert.deepStrictEqual(wrong, [])
  })

  it("name files that exist", () => {
    const wrong = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|mjs|json|md))`/g)]
        .flatMap(([, name]) => name ?? [])
        .filter((name) => !bases.some((base) => existsSync(root + base + name)))
        .map((name) => `${path}: ${name}`)
    )
    assert.deepStrictEqual(wrong, [])
  })
})
