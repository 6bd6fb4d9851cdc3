/**
 * Compiles the code in the documentation, and searches the public types for `any`.
 */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { blocks, blocksOf, readmes } from "./blocks.js"
import { hiddenTypes, unreachableModules } from "./declarations.js"
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

/** A consumer that exports what it infers. */
const consumerPath = "test/src/docs/consumer-program.ts"
const consumer = `
  import { NewUserEvent } from "@effect-scalingo/core/AccountEvents"
  import { Events } from "@effect-scalingo/core/Events"
  import { withResponse } from "@effect-scalingo/core/RequestOptions"
  import { Sandbox } from "@effect-scalingo/core/testing"
  import { Effect } from "effect"
  export const event = NewUserEvent
  export const app = Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.app("my-app"))
  export const status = Effect.map(app, ({ status }) => status)
  export const deployments = Effect.map(app, ({ deployments }) => deployments.map(({ status }) => status))
  export const requests = Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.requests)
  export const outcome = Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.handle)
  export const response = Effect.map(outcome, (it) => it._tag === "Response" ? it.response : undefined)
  export const raw = Effect.flatMap(Events, (events) => withResponse(events.listForUserPage()))
  export const list = Effect.map(Events, (events) => events.listForUser)
`

/** The texts of the files that are not on disk. */
const texts = new Map([
  [root + consumerPath, consumer],
  ...[...virtual].map(([path, { code }]) => [path, code] as const)
])

const makeProgram = (): TypeScript.Program => {
  const host = ts.createCompilerHost(options)
  return ts.createProgram({
    rootNames: [...texts.keys(), ...publicModules.map(({ path }) => root + path)],
    options,
    host: {
      ...host,
      fileExists: (path) => texts.has(path) || host.fileExists(path),
      readFile: (path) => texts.get(path) ?? host.readFile(path),
      getSourceFile: (path, languageVersion, ...rest) => {
        const text = texts.get(path)
        return text === undefined
          ? host.getSourceFile(path, languageVersion, ...rest)
          : ts.createSourceFile(path, text, languageVersion, true)
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

const emitted = new Map<string, string>()

const declarationsOf = (path: string): string => {
  if (!emitted.has(path)) {
    program.emit(program.getSourceFile(root + path), (_, text) => emitted.set(path, text), undefined, true)
  }
  const declarations = emitted.get(path)
  assert.isDefined(declarations, path)
  return declarations ?? ""
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
      "packages/core/src/testing/internal/faults.ts: Injected"
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

  it("can be inferred in what a consumer exports", () => {
    const declarations = declarationsOf(consumerPath)
    assert.include(declarations, "Sandbox.AppStatus")
    assert.deepStrictEqual(unreachableModules(consumerPath, declarations), [])
  })
})
