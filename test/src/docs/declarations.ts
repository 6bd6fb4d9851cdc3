/**
 * Searches for types that consumers infer but cannot name: those of modules that are not public. TypeScript refuses an
 * export of such a type (TS2742), or writes an import that does not resolve (TS2307).
 */
import { existsSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import { parse, publicModules, root, ts, type TypeScript } from "./typescript.js"

/** A type and the file, from the root, that declares it. */
interface TypeName {
  readonly file: string
  readonly name: string
}

/** The modules that users can import, with those of the testing barrel. */
const publicPaths = new Set(publicModules.flatMap(({ path, text }) => [
  path,
  ...[...text.matchAll(/^export \* as \w+ from "\.\/(\w+)\.js"/gm)].map(([, name]) =>
    `${posix.dirname(path)}/${name}.ts`
  )
]))

/** The file of a relative import. */
const fileOf = (from: string, specifier: string): string | undefined => {
  const file = posix.join(posix.dirname(from), specifier).replace(/\.js$/, ".ts")
  return specifier.startsWith(".") && existsSync(root + file) ? file : undefined
}

const filesByPath = new Map<string, TypeScript.SourceFile>()

const sourceOf = (path: string): TypeScript.SourceFile => {
  const known = filesByPath.get(path) ?? parse(path, readFileSync(root + path, "utf8"))
  filesByPath.set(path, known)
  return known
}

/** The types that a file imports or declares, by the names that it has for them. */
const namesIn = (path: string, file: TypeScript.SourceFile): ReadonlyMap<string, TypeName> => {
  const names = new Map<string, TypeName>()
  for (const node of file.statements) {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      names.set(node.name.text, { file: path, name: node.name.text })
    }
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue
    const from = fileOf(path, node.moduleSpecifier.text)
    const bindings = node.importClause?.namedBindings
    if (from === undefined || bindings === undefined) continue
    if (ts.isNamespaceImport(bindings)) names.set(bindings.name.text, { file: from, name: "*" })
    else {
      for (const { name, propertyName } of bindings.elements) {
        names.set(name.text, { file: from, name: (propertyName ?? name).text })
      }
    }
  }
  return names
}

/** The types that the types in a node refer to. What an interface extends is never named: its members count instead. */
const referencesIn = (path: string, node: TypeScript.Node, names: ReadonlyMap<string, TypeName>) => {
  const named: Array<TypeName> = []
  const extended: Array<TypeName> = []
  const add = (to: Array<TypeName>, text: string) => {
    const [first = "", second] = text.split(".")
    const found = names.get(first)
    if (found !== undefined) to.push(found.name === "*" && second !== undefined ? { ...found, name: second } : found)
  }
  const visit = (node: TypeScript.Node): void => {
    if (ts.isTypeReferenceNode(node)) add(named, node.typeName.getText())
    if (ts.isExpressionWithTypeArguments(node)) add(extended, node.expression.getText())
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      const file = fileOf(path, node.argument.literal.text)
      if (file !== undefined && node.qualifier !== undefined) named.push({ file, name: node.qualifier.getText() })
    }
    ts.forEachChild(node, visit)
  }
  visit(node)
  return { named, extended }
}

const keyOf = ({ file, name }: TypeName) => `${file}: ${name}`

/** The types that public modules export from modules that are not public. */
const reexported = new Set([...publicPaths].flatMap((path) =>
  sourceOf(path).statements.flatMap((node) => {
    if (!ts.isExportDeclaration(node) || node.moduleSpecifier === undefined || node.exportClause === undefined) {
      return []
    }
    if (!ts.isStringLiteral(node.moduleSpecifier) || !ts.isNamedExports(node.exportClause)) return []
    const file = fileOf(path, node.moduleSpecifier.text) ?? ""
    return node.exportClause.elements.map(({ name, propertyName }) =>
      keyOf({ file, name: (propertyName ?? name).text })
    )
  })
))

/** The types in the declarations of a public module, and in what they refer to, that no public module exports. */
export const hiddenTypes = (path: string, declarations: string): ReadonlyArray<string> => {
  const hidden = new Set<string>()
  const seen = new Set<string>()
  const walk = (path: string, file: TypeScript.SourceFile, node: TypeScript.Node): void => {
    const { extended, named } = referencesIn(path, node, namesIn(path, file))
    const follow = (type: TypeName) => {
      if (publicPaths.has(type.file) || seen.has(keyOf(type))) return
      seen.add(keyOf(type))
      const source = sourceOf(type.file)
      const declaration = source.statements.find((node) =>
        (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) && node.name.text === type.name
      )
      if (declaration !== undefined) walk(type.file, source, declaration)
    }
    for (const type of named) {
      if (!publicPaths.has(type.file) && !reexported.has(keyOf(type))) hidden.add(keyOf(type))
    }
    named.forEach(follow)
    extended.forEach(follow)
  }
  const file = parse(path, declarations)
  walk(path, file, file)
  return [...hidden]
}
