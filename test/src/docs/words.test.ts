/**
 * The prose of the library: no words that the project has a better one for, and a doc block only where it says
 * something.
 */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { root } from "./typescript.js"

interface Text {
  /** The path from the root. */
  readonly path: string
  readonly text: string
}

const filesOf = (folder: string, extension: string, recursive: boolean): ReadonlyArray<Text> =>
  existsSync(root + folder)
    ? readdirSync(root + folder, { recursive, encoding: "utf8" })
      .filter((name) => name.endsWith(extension))
      .map((name) => `${folder}${name.replaceAll("\\", "/")}`)
      .map((path) => ({ path, text: readFileSync(root + path, "utf8") }))
    : []

const packages = ["packages/core/", "packages/node/"]
const modules = packages.flatMap((folder) => filesOf(`${folder}src/`, ".ts", true))
const documents = [
  ...filesOf("", ".md", false),
  ...filesOf("docs/", ".md", true),
  ...[...packages, "examples/"].flatMap((folder) => filesOf(folder, ".md", false))
]

/** Words that the project does not use, in prose or in names, and the usual terms instead. */
const replacements: ReadonlyArray<readonly [word: RegExp, instead: string]> = [
  [/answer/i, "response, to respond"],
  [/misfit/i, "issue, DecodeIssue"],
  [/repeatab/i, "idempotent"],
  [/quota/i, "rate limit, rate limiter"]
]

const wrongWords = ({ path, text }: Text): ReadonlyArray<string> =>
  text.split("\n").flatMap((line, index) =>
    replacements.filter(([word]) => word.test(line)).map(([, instead]) =>
      `${path}:${index + 1}: ${line.trim()} (instead: ${instead})`
    )
  )

const docBlock = /\/\*\*([\s\S]*?)\*\//g

/** `@internal` has an effect of its own: the compiler leaves the declaration out. */
const isEmptyBlock = (content: string): boolean => {
  const text = content.replace(/^[ \t]*\*/gm, "").trim()
  return text === "" || (text.startsWith("@") && !text.includes("@internal"))
}

const emptyBlocks = ({ path, text }: Text): ReadonlyArray<string> =>
  [...text.matchAll(docBlock)]
    .filter(([, content = ""]) => isEmptyBlock(content))
    .map((found) => `${path}:${text.slice(0, found.index).split("\n").length}`)

const hasHead = ({ text }: Text): boolean => {
  const [, content] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? []
  return content !== undefined && !isEmptyBlock(content)
}

describe("the checks of words and doc blocks", () => {
  it("find words in prose and in names", () => {
    const text = "The response.\nThe Answer of\nconst quotaLeft = isRepeatable\n"
    assert.deepStrictEqual(wrongWords({ path: "a.ts", text }), [
      "a.ts:2: The Answer of (instead: response, to respond)",
      "a.ts:3: const quotaLeft = isRepeatable (instead: idempotent)",
      "a.ts:3: const quotaLeft = isRepeatable (instead: rate limit, rate limiter)"
    ])
  })

  it("find doc blocks without text, and missing ones", () => {
    const text = "/** A. */\n/**\n * @since 0.1.0\n */\n/** @internal */\n/**\n * B.\n *\n * @category c\n */\n"
    assert.deepStrictEqual(emptyBlocks({ path: "a.ts", text }), ["a.ts:2"])
    assert.isTrue(hasHead({ path: "a.ts", text }))
    assert.isFalse(hasHead({ path: "a.ts", text: "import a from \"a\"\n/** A. */\n" }))
    assert.isFalse(hasHead({ path: "a.ts", text: "/**\n * @since 0.1.0\n */\n" }))
  })
})

describe("the library and its documentation", () => {
  it("use the usual terms", () => {
    assert.isAbove(modules.length, 200)
    assert.isAbove(documents.length, 2)
    assert.deepStrictEqual([...modules, ...documents].flatMap(wrongWords), [])
  })

  it("have no doc block that holds nothing but tags", () => {
    assert.deepStrictEqual(modules.flatMap(emptyBlocks), [])
  })

  it("begin every module with a doc block", () => {
    assert.deepStrictEqual(modules.filter((module) => !hasHead(module)).map(({ path }) => path), [])
  })
})
