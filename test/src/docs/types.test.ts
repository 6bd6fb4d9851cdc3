/**
 * Compiles the code in the documentation, and searches the public types for `any`. `types.long.ts` compiles it with
 * TypeScript 5 too.
 */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { tsc } from "../processes.js"
import { blocks, blocksOf, readmes } from "./blocks.js"
import { typeCheckBlocks } from "./blocksCheck.js"
import { hiddenTypes } from "./declarations.js"
import { publicModules, root, ts, type TypeScript } from "./typescript.js"

/** The lines of a declaration file that contain `any`. */
const anysOf = (path: string, text: string): ReadonlyArray<string> => {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found: Array<string> = []
  const visit = (node: TypeScript.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line
      found.push(`${path}: ${text.split("\n")[line]?.trim()}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** The declarations of a module as they are built. */
const declarationsOf = (path: string): string =>
  readFileSync(root + path.replace("/src/", "/dist/").replace(/\.ts$/, ".d.ts"), "utf8")

beforeAll(tsc("-b", "packages/core", "packages/node"))

describe("code in the documentation", () => {
  it("is found in Markdown and in doc comments", () => {
    assert.deepStrictEqual(blocksOf("a.md", "# A\n\n```ts\nconst a = 1\n```\n\n```sh\nls\n```\n"), [
      { path: "a.md", line: 4, code: "const a = 1\n" }
    ])
    assert.deepStrictEqual(blocksOf("a.ts", "/**\n * A.\n *\n * ```ts\n * if (a) {\n *   b()\n * }\n * ```\n */\n"), [
      { path: "a.ts", line: 5, code: "if (a) {\n  b()\n}\n" }
    ])
    assert.isAbove(blocks.length, 30)
  })

  it("is marked as ts, so that no block is missed", () => {
    const others = readmes.flatMap(({ path, text }) =>
      [...text.matchAll(/^[ \t]*```(typescript|tsx|javascript|js|mjs)\b/gm)].map(([, language]) =>
        `${path}: ${language}`
      )
    )
    assert.deepStrictEqual(others, [])
  })

  it("type-checks, and so does a consumer that exports what it infers", async () => {
    assert.deepStrictEqual(await typeCheckBlocks(7), [])
  })
})

describe("public types", () => {
  it("are searched for any", () => {
    const text = "export declare const a: (b: string) => ReadonlyArray<any>\nexport declare const many: string\n"
    assert.deepStrictEqual(anysOf("a.ts", text), ["a.ts: export declare const a: (b: string) => ReadonlyArray<any>"])
  })

  it("contain no any", () => {
    const found = publicModules.flatMap(({ path }) => anysOf(path, declarationsOf(path)))
    assert.deepStrictEqual(found, [])
  })

  it("are searched for types of modules that are not public", () => {
    const text = "import type * as Models from \"./internal/models.js\"\n" +
      "import { type SandboxOptions } from \"./internal/settings.js\"\n" +
      "export interface Options extends SandboxOptions {}\n" +
      "export declare const a: (plan: Models.Plan) => Models.AppStatus\n" +
      "export declare const b: import(\"./internal/responses.js\").Response\n" +
      "export interface Status extends Models.Deployment {}\n" +
      "export declare const c: import(\"./internal/faults.js\").Faults\n"
    assert.deepStrictEqual(hiddenTypes("packages/core/src/testing/A.ts", text), [
      "packages/core/src/testing/internal/models.ts: Plan",
      "packages/core/src/testing/internal/responses.ts: Response",
      "packages/core/src/testing/internal/faults.ts: Faults",
      "packages/core/src/testing/internal/faults.ts: Injected",
      "packages/core/src/testing/internal/models.ts: OutputStep"
    ])
  })

  it("can be named by consumers, with the types that they refer to", () => {
    const barrel = /^export \* as \w+ from "\.\/(\w+)\.js"/gm
    const paths = new Set(publicModules.flatMap(({ path, text }) =>
      path.endsWith("/testing/index.ts")
        ? [...text.matchAll(barrel)].map(([, name]) => path.replace("index", name ?? ""))
        : [path]
    ))
    assert.isAbove(paths.size, 90)
    const found = [...paths].flatMap((path) =>
      hiddenTypes(path, declarationsOf(path)).map((name) => `${path}: ${name}`)
    )
    assert.deepStrictEqual(found, [])
  })
})
