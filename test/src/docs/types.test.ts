/**
 * Compiles the code in the documentation, and searches the public types for `any`.
 */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { blocks, blocksOf, readmes } from "./blocks.js"
import { publicModules, root, ts, type TypeScript } from "./typescript.js"

const options: TypeScript.CompilerOptions = {
  ...ts.getDefaultCompilerOptions(),
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  skipLibCheck: true,
  declaration: true,
  stripInternal: true,
  types: ["node"],
  typeRoots: [`${root}test/node_modules/@types`],
  baseUrl: root,
  paths: Object.fromEntries(publicModules.map(({ path, specifier }) => [specifier, [path]]))
}

/** The blocks by virtual paths, from which the compiler finds the dependencies of the tests. */
const virtual = new Map(blocks.map((block, index) => [`${root}test/src/docs/block-${index}.ts`, block]))

const makeProgram = (): TypeScript.Program => {
  const host = ts.createCompilerHost(options)
  return ts.createProgram({
    rootNames: [...virtual.keys(), ...publicModules.map(({ path }) => root + path)],
    options,
    host: {
      ...host,
      fileExists: (path) => virtual.has(path) || host.fileExists(path),
      readFile: (path) => virtual.get(path)?.code ?? host.readFile(path),
      getSourceFile: (path, languageVersion, ...rest) => {
        const block = virtual.get(path)
        return block === undefined
          ? host.getSourceFile(path, languageVersion, ...rest)
          : ts.createSourceFile(path, block.code, languageVersion, true)
      }
    }
  })
}

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

let program: TypeScript.Program

beforeAll(() => {
  program = makeProgram()
}, 60_000)

describe("code in the documentation", { timeout: 120_000 }, () => {
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

  it("type-checks", () => {
    const problems = [...virtual].flatMap(([virtualPath, block]) => {
      const file = program.getSourceFile(virtualPath)
      if (file === undefined) return [`${block.path}:${block.line} was not read`]
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
        const { line } = file.getLineAndCharacterOfPosition(diagnostic.start ?? 0)
        const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")
        return `${block.path}:${block.line + line}: ${text}`
      })
    })
    assert.deepStrictEqual(problems, [])
  })
})

describe("public types", { timeout: 120_000 }, () => {
  it("are searched for any", () => {
    const text = "export declare const a: (b: string) => ReadonlyArray<any>\nexport declare const many: string\n"
    assert.deepStrictEqual(anysOf("a.ts", text), ["a.ts: export declare const a: (b: string) => ReadonlyArray<any>"])
  })

  it("contain no any", () => {
    const found = publicModules.flatMap(({ path }) => {
      const declarations: Array<string> = []
      program.emit(program.getSourceFile(root + path), (_, text) => declarations.push(text), undefined, true)
      assert.lengthOf(declarations, 1, path)
      return declarations.flatMap((text) => anysOf(path, text))
    })
    assert.deepStrictEqual(found, [])
  })
})
