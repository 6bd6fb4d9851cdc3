/**
 * Reads the doc comments of the public modules.
 */
import { type Module, parse, ts, type TypeScript } from "./typescript.js"

export interface Doc {
  readonly text: string
  readonly tags: ReadonlyArray<string>
  /** The version in `@since`. */
  readonly since: string | undefined
}

export const docOf = (node: TypeScript.Node): Doc | undefined => {
  const found = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1)
  return found === undefined ? undefined : {
    text: (ts.getTextOfJSDocComment(found.comment) ?? "").trim(),
    tags: (found.tags ?? []).map((tag) => tag.tagName.text),
    since: (found.tags ?? [])
      .filter((tag) => tag.tagName.text === "since")
      .map((tag) => ts.getTextOfJSDocComment(tag.comment)?.trim())[0]
  }
}

const isExported = (node: TypeScript.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)

interface Declaration {
  readonly name: string
  readonly node: TypeScript.Statement
}

const declarationsOf = (file: TypeScript.SourceFile): ReadonlyArray<Declaration> =>
  file.statements.flatMap((node): ReadonlyArray<Declaration> => {
    if (ts.isExportDeclaration(node)) return [{ name: node.getText(file), node }]
    if (!isExported(node)) return []
    if (ts.isVariableStatement(node)) {
      return node.declarationList.declarations.map((declaration) => ({ name: declaration.name.getText(file), node }))
    }
    const name = ts.getNameOfDeclaration(node as TypeScript.DeclarationStatement)
    return name === undefined ? [] : [{ name: name.getText(file), node }]
  })

/** Exports with the same name and purpose in every module, which need no description. */
const isUsual = ({ name, node }: Declaration) =>
  (["make", "layer", "TypeId"].includes(name)) && (ts.isVariableStatement(node) || ts.isTypeAliasDeclaration(node))

/** What is wrong with the doc comments of a module's exports. */
export const lacksOf = (module: Module): ReadonlyArray<string> => {
  const file = parse(module.path, module.text)
  const [, since] = /^\/\*\*[\s\S]*?@since (\S+)/.exec(module.text) ?? []
  const declarations = declarationsOf(file)
  // A schema and its type share a name, so one description is enough.
  const described = new Set(declarations.filter(({ node }) => (docOf(node)?.text ?? "") !== "").map(({ name }) => name))
  return declarations.flatMap((declaration) => {
    const { name, node } = declaration
    const where = `${module.path}: ${name}`
    const doc = docOf(node)
    if (doc?.tags.includes("internal") === true) return []
    const isReexport = ts.isExportDeclaration(node)
    const lacks = [
      ...(doc !== undefined && doc.text === "" ? ["a doc block that says something"] : []),
      ...(doc?.since !== undefined && doc.since === since ? ["a version that differs from its module's"] : []),
      ...(described.has(name) || isReexport || isUsual(declaration) ? [] : ["a description"])
    ]
    return lacks.length === 0 ? [] : [`${where} lacks ${lacks.join(", ")}`]
  })
}

export interface Method {
  readonly name: string
  readonly doc: Doc | undefined
}

/** The methods of a service with their doc comments. */
export const methodsOf = (module: Module): ReadonlyArray<Method> => {
  const file = parse(module.path, module.text)
  return file.statements
    .filter(ts.isInterfaceDeclaration)
    .filter((node) => node.name.text === `${module.name}Service`)
    .flatMap((node) => node.members.filter(ts.isPropertySignature))
    .filter(({ type }) =>
      type !== undefined &&
      (ts.isFunctionTypeNode(type) || /^(Effect\.Effect|Stream\.Stream)</.test(type.getText(file)))
    )
    .map((member) => ({ name: member.name.getText(file), doc: docOf(member) }))
}

/** The requests in a doc comment: `GET /apps/:app`, or `GET` alone for a URL that another response contains. */
export const requestsOf = (doc: Doc): ReadonlyArray<string> =>
  [...doc.text.matchAll(/`(GET|POST|PUT|PATCH|DELETE)(?:\s+(\/[^`]*))?`/g)].map(([, method, path = ""]) =>
    `${method} ${path.replace(/[?#].*$/, "").replace(/:\w+/g, ":")}`.trim()
  )
