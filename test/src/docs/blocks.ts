/**
 * The code blocks of the documentation as modules that the compiler can check.
 */
import { existsSync, readFileSync } from "node:fs"
import { type Module, parse, publicModules, root, ts, type TypeScript } from "./typescript.js"

export interface Block {
  readonly path: string
  /** The line of the file at which `code` begins. */
  readonly line: number
  readonly code: string
}

const fence = /^([ \t]*(?:\* ?)?)```ts\n([\s\S]*?)^[ \t]*(?:\* ?)?```/gm

const lineAt = (text: string, offset: number) => text.slice(0, offset).split("\n").length

/** The blocks of a text, without the asterisks of doc comments. */
export const blocksOf = (path: string, text: string): ReadonlyArray<Block> =>
  [...text.matchAll(fence)].map((found) => {
    const [, margin = "", body = ""] = found
    const code = margin.includes("*") ? body.replace(/^[ \t]*\* ?/gm, "") : body
    return { path, line: lineAt(text, found.index) + 1, code }
  })

/** Whether a block has no imports. */
const isFragment = (code: string) => !/^import /m.test(code)

const identifiersOf = (code: string): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = (node: TypeScript.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(parse("fragment.ts", code))
  return names
}

const exportsOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^export (?:declare )?(?:const|class) (\w+)/gm)].flatMap(([, name]) => name ?? [])

const scopePath = `${root}test/src/docs/scope.ts`
const scope = readFileSync(scopePath, "utf8")
const inScope = [
  ...exportsOf(scope),
  ...[...scope.matchAll(/^export \{ (.*) \} from/gm)].flatMap(([, names]) => names?.split(", ") ?? [])
]

/** The variable names of a service: `databaseBackups` and `backups` for `DatabaseBackups`. */
const namesOf = (service: string): ReadonlyArray<string> => {
  const words = service.match(/[A-Z][a-z]+/g) ?? []
  return words.map((_, index) => words.slice(index).join("")).map((name) =>
    name.charAt(0).toLowerCase() + name.slice(1)
  )
}

/** Whether users import the exports of a module by name, and not as a namespace. */
const isFlat = ({ path }: Module) => path.startsWith("packages/core/src/") && !path.includes("/testing/")

const isService = (module: Module) =>
  isFlat(module) && new RegExp(`^export class ${module.name}\\s+extends Context\\.Tag\\(`, "m").test(module.text) &&
  module.text.includes(`\nexport interface ${module.name}Service `)

const services = publicModules.filter(isService)

/**
 * Completes a fragment to a module: one line before it imports or declares the names that it uses, those of its own
 * module first, and a generator surrounds it.
 */
const complete = (code: string, module: Module): string => {
  const used = identifiersOf(code)
  const known = new Set<string>()
  const declare = (names: ReadonlyArray<string>, write: (names: string) => string): ReadonlyArray<string> => {
    const open = names.filter((name) => used.has(name) && !known.has(name))
    for (const name of open) known.add(name)
    return open.length === 0 ? [] : [write(open.join(", "))]
  }
  const method = (service: Module) => (name: string) =>
    `declare const ${name}: import("${service.specifier}").${service.name}Service`
  const from = (specifier: string) => (names: string) => `import { ${names} } from "${specifier}"`
  const lines = [
    `import { gen } from "effect/Effect"`,
    ...(isService(module) ? namesOf(module.name).flatMap((name) => declare([name], method(module))) : []),
    ...(isFlat(module) ? declare(exportsOf(module.text), from(module.specifier)) : []),
    ...services.flatMap((service) => [
      ...declare(namesOf(service.name).slice(0, 1), method(service)),
      ...declare([service.name], from(service.specifier))
    ]),
    ...declare(inScope, from("./scope.js")),
    "export const fragment = gen(function*() {"
  ]
  return `${lines.join("; ")}\n${code}})\n`
}

/** The READMEs and pages whose blocks must compile as they are. */
export const readmes = [
  "README.md",
  "docs/promises.md",
  "packages/core/README.md",
  "packages/node/README.md",
  "examples/README.md"
]
  .filter((path) => existsSync(root + path))
  .map((path) => ({ path, text: readFileSync(root + path, "utf8") }))

export const blocks: ReadonlyArray<Block> = [
  ...readmes.flatMap(({ path, text }) => blocksOf(path, text)),
  ...publicModules.flatMap((module) =>
    blocksOf(module.path, module.text).map((block) =>
      isFragment(block.code) ? { ...block, line: block.line - 1, code: complete(block.code, module) } : block
    )
  )
]
