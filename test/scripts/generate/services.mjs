/**
 * The services of a module as its source declares them: their tags, their methods, and what the doc comments say.
 */
import ts from "typescript"
import { textOf } from "./modules.mjs"

const isExported = (node) =>
  ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true

/** `AppsService` of `class Apps extends Context.Tag("…")<Apps, AppsService>() {}`; `undefined` for any other class. */
const shapeOf = (node, file) => {
  const call = node.heritageClauses?.[0]?.types[0]?.expression
  if (call === undefined || !ts.isCallExpression(call) || !ts.isCallExpression(call.expression)) return undefined
  return call.expression.expression.getText(file) === "Context.Tag" ? call.typeArguments?.[1]?.getText(file) : undefined
}

/** The description in the doc comment before a node as one line, and the names of the tags. */
const docOf = (node, file) => {
  const { end = 0, pos = 0 } = ts.getLeadingCommentRanges(file.text, node.pos)?.at(-1) ?? {}
  const [text, ...tags] = textOf(file.text.slice(pos, end)).split(/^@/m)
  return { text: text.replace(/\s+/g, " ").trim(), tags: tags.map((tag) => tag.split(/\s/)[0]) }
}

const isRun = (type, file) => /^(Effect\.Effect|Stream\.Stream)</.test(type.getText(file))

/** What an effect succeeds with, and the items of a stream: `Domain`, `Stream<Domain>`. */
const resultOf = (type, file) => {
  const text = (node) => node.getText(file).replace(/\s+/g, " ")
  if (!ts.isTypeReferenceNode(type) || !isRun(type, file)) return text(type)
  const value = type.typeArguments === undefined ? "void" : text(type.typeArguments[0])
  return type.typeName.getText(file) === "Stream.Stream" ? `Stream<${value}>` : value
}

/** `undefined` for a member that is neither a function, nor an effect, nor a stream. */
const methodOf = (member, file) => {
  const { type } = member
  if (type === undefined || !(ts.isFunctionTypeNode(type) || isRun(type, file))) return undefined
  const isFunction = ts.isFunctionTypeNode(type)
  const parameters = isFunction
    ? type.parameters.map((it) => it.name.getText(file) + (it.questionToken === undefined ? "" : "?"))
    : undefined
  return {
    name: member.name.getText(file),
    /** `undefined` for an effect or a stream that is no function. */
    parameters,
    result: resultOf(isFunction ? type.type : type, file),
    ...docOf(member, file)
  }
}

/**
 * The services of a module, one for each interface. Several tags may share an interface. Interfaces without methods
 * are left out.
 */
export const servicesOf = (path, source) => {
  // Neither doc comments as nodes nor links to parents are needed, and both take as long as the parsing itself.
  const file = ts.createSourceFile(path, source, {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone
  })
  const tagged = file.statements.filter((node) => ts.isClassDeclaration(node) && isExported(node))
    .map((node) => ({ name: node.name?.text, shape: shapeOf(node, file), text: docOf(node, file).text }))
  return file.statements.filter(ts.isInterfaceDeclaration).flatMap((node) => {
    const tags = tagged.filter(({ shape }) => shape === node.name.text)
    const methods = node.members.filter(ts.isPropertySignature).flatMap((member) => methodOf(member, file) ?? [])
    return tags.length === 0 || methods.length === 0 ? [] : [{ tags, methods }]
  })
}
