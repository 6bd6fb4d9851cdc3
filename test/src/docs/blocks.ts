/**
 * The code in the documentation, as modules that the compiler can check.
 */
import { existsSync, readFileSync } from "node:fs"
import { type Module, parse, publicModules, root, ts, type TypeScript } from "./typescript.js"

export interface Block {
  readonly path: string
  /** Where the first line of `code` stands in the file. */
  readonly line: number
  readonly code: string
}

const fence = /^([ \t]*(?:\* ?)?)```ts\n([\s\S]*?)^[ \t]*(?:\* ?)?```/gm

const lineAt = (text: string, offset: number) => text.slice(0, offset).split("\n").length

/** The blocks of a text; those of a doc comment without its stars. */
export const blocksOf = (path: string, text: string): ReadonlyArray<Block> =>
  [...text.matchAll(fence)].map((found) => {
    const [, margin = "", body = ""] = found
    const code = margin.includes("*") ? body.replace(/^[ \t]*\* ?/gm, "") : body
    return { path, line: lineAt(text, found.index) + 1, code }
  })

/** A block that does not say where its names come from. */
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

/** `DatabaseBackups` goes by `databaseBackups` and by `backups`. */
const namesOf = (service: string): ReadonlyArray<string> => {
  const words = service.match(/[A-Z][a-z]+/g) ?? []
  return words.map((_, index) => words.slice(index).join("")).map((name) =>
    name.charAt(0).toLowerCase() + name.slice(1)
  )
}

/** Users import these one by one, and the others as namespaces. */
const isFlat = ({ path }: Module) => path.startsWith("packages/core/src/") && !path.includes("/testing/")

const isService = (module: Module) =>
  isFlat(module) && new RegExp(`^export class ${module.name}\\s+extends Context\\.Tag\\(`, "m").test(module.text) &&
  module.text.includes(`\nexport interface ${module.name}Service `)

const services = publicModules.filter(isService)

/**
 * A fragment with what it takes to stand alone, in one line before it: the names that it uses, of its own module first,
 * and a generator around it.
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

/** What users read first: the blocks in it must stand as they are. */
export const readmes = ["README.md", "packages/core/README.md", "packages/node/README.md", "examples/README.md"]
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
