/**
 * Everything that touches Effect's `ParseResult`: reading the issues of a schema, and schemas that can refuse a value.
 * Effect 4 replaces `ParseResult`, so no other module uses it.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

export type ParseError = ParseResult.ParseError

/** What is wrong with a field, without the value itself: it may be a secret. */
export interface FieldIssue {
  /** `app.owner.id`, `apps.3.name`; empty for the whole. */
  readonly field: string
  readonly expected: string
}

/** An issue of a schema, without the value itself. */
interface LeafIssue {
  readonly path: ReadonlyArray<PropertyKey>
  /** The message of an annotation, a filter or a transformation. */
  readonly message: string | undefined
  /** What was expected when there is no message. */
  readonly expected: SchemaAST.AST | undefined
}

/** The text of an annotation. A text that needs more than a moment, or fails, does not count. */
const textNow = (text: string | Effect.Effect<string>): string | undefined =>
  typeof text === "string" ? text : Exit.match(Effect.runSyncExit(text), {
    onFailure: () => undefined,
    onSuccess: (found) => found
  })

/** Annotations are the schema author's code, which may fail on a value that it does not expect. */
const attempt = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}

const annotatedMessage = (
  issue: ParseResult.ParseIssue
): { readonly message: string | undefined; readonly override: boolean } | undefined => {
  const annotation = "ast" in issue ? Option.getOrUndefined(SchemaAST.getMessageAnnotation(issue.ast)) : undefined
  if (annotation === undefined) return undefined
  return attempt(() => {
    const found = annotation(issue)
    return typeof found === "string" || Effect.isEffect(found)
      ? { message: textNow(found), override: false }
      : { message: textNow(found.message), override: found.override }
  })
}

/** The message of an annotation, as far as it replaces what is below the issue. */
const messageOf = (issue: ParseResult.ParseIssue): string | undefined => {
  let current: ParseResult.ParseIssue | undefined = issue
  while (current !== undefined) {
    const found = annotatedMessage(current)
    if (found === undefined) return undefined
    if (found.override) return found.message
    if (current._tag === "Composite") return undefined
    current = (current._tag === "Refinement" && current.kind === "From") ||
        (current._tag === "Transformation" && current.kind !== "Transformation")
      ? current.issue
      : undefined
    if (current === undefined) return found.message
  }
  return undefined
}

const titleOf = (issue: ParseResult.Type): string | undefined =>
  attempt(() => Option.getOrUndefined(SchemaAST.getParseIssueTitleAnnotation(issue.ast))?.(issue))

const missingMessage = (issue: ParseResult.Missing): string =>
  Option.match(SchemaAST.getMissingMessageAnnotation(issue.ast), {
    onNone: () => issue.message,
    onSome: (annotation) => attempt(() => textNow(annotation()))
  }) ?? "is missing"

/** The innermost issues, in the order of the schema. Effect's own formatter prints values, and recurses into them. */
const leavesOf = (error: ParseError): ReadonlyArray<LeafIssue> => {
  const leaves: Array<LeafIssue> = []
  const left: Array<{ readonly issue: ParseResult.ParseIssue; readonly path: ReadonlyArray<PropertyKey> }> = [
    { issue: error.issue, path: [] }
  ]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { issue, path } = next
    const leaf = (message: string | undefined, expected?: SchemaAST.AST) => leaves.push({ path, message, expected })
    switch (issue._tag) {
      case "Pointer":
        left.push({
          issue: issue.issue,
          path: path.length > maxPath ? path : path.concat(issue.path as PropertyKey | ReadonlyArray<PropertyKey>)
        })
        break
      case "Missing":
        leaf(missingMessage(issue))
        break
      case "Unexpected":
        leaf(issue.message ?? "is unexpected")
        break
      case "Forbidden":
        leaf(issue.message ?? "is forbidden")
        break
      case "Type":
        leaf(messageOf(issue) ?? titleOf(issue) ?? issue.message, issue.ast)
        break
      default: {
        const message = messageOf(issue)
        if (message !== undefined) leaf(message)
        else if (issue._tag !== "Composite") left.push({ issue: issue.issue, path })
        else {
          const inner = Array.isArray(issue.issues) ? issue.issues : [issue.issues]
          for (const one of inner.toReversed()) left.push({ issue: one, path })
        }
      }
    }
  }
  return leaves
}

/** Longer paths are cut: a value of a recursive schema may be deep. */
const maxPath = 64

/** A longer type is described in a few words instead. */
const maxExpected = 120

/** Longer messages of a schema are cut: they may contain the value. */
const maxMessage = 500

const annotatedName = (ast: SchemaAST.Annotated): string | undefined =>
  SchemaAST.getDescriptionAnnotation(ast).pipe(
    Option.orElse(() => SchemaAST.getTitleAnnotation(ast)),
    Option.orElse(() => SchemaAST.getIdentifierAnnotation(ast)),
    Option.getOrUndefined
  )

/** What a schema expects, as Effect's own messages put it. */
const nameOf = (ast: SchemaAST.AST): string =>
  SchemaAST.isRefinement(ast) ? annotatedName(ast) ?? `{ ${ast.from} | filter }` : String(ast)

/** What a schema expects, in a few words. */
const kindOf = (ast: SchemaAST.AST, depth = 0): string | undefined => {
  if (depth > 8) return undefined
  switch (ast._tag) {
    case "TupleType":
      return "an array"
    case "TypeLiteral":
      return "an object"
    case "Refinement":
    case "Transformation":
      return kindOf(ast.from, depth + 1)
    case "Suspend":
      return kindOf(ast.f(), depth + 1)
    case "Union": {
      const kinds = new Set(ast.types.map((type) => kindOf(type, depth + 1)))
      return kinds.size === 1 && !kinds.has(undefined) ? [...kinds][0] : `one of ${ast.types.length} alternatives`
    }
    default:
      return undefined
  }
}

const shorten = (text: string, length: number) => text.length > length ? `${text.slice(0, length)}…` : text

const shortNameOf = (ast: SchemaAST.AST): string => {
  const name = nameOf(ast)
  return name.length > maxExpected ? kindOf(ast) ?? shorten(name, maxExpected) : name
}

/** All issues: `Expected string`, `is missing`, or the message of the schema. */
export const issuesOf = (
  error: ParseError
): ReadonlyArray<{ readonly path: ReadonlyArray<PropertyKey>; readonly message: string }> =>
  leavesOf(error).map(({ expected, message, path }) => ({
    path,
    message: message ?? (expected === undefined ? "" : `Expected ${nameOf(expected)}`)
  }))

/** A message of a schema may be written like Effect's own: `Expected a, actual b` becomes `a`. */
const withoutActual = (message: string): string => {
  if (message === "is missing") return "present"
  const actual = message.indexOf(", actual ")
  const text = actual === -1 ? message : message.slice(0, actual)
  return text.startsWith("Expected ") ? text.slice("Expected ".length) : text
}

/** The deepest issue: of a union's members, the one that matched furthest is the one that was meant. */
export const firstIssue = (error: ParseError, root?: string): FieldIssue => {
  const leaves = leavesOf(error)
  const { expected, message, path } = leaves.reduce(
    (best, leaf) => leaf.path.length > best.path.length ? leaf : best,
    leaves[0]!
  )
  const names = (root === undefined ? path : [root, ...path]).map(String)
  return {
    field: names.length > maxPath ? `${names.slice(0, maxPath).join(".")}.…` : names.join("."),
    expected: message === undefined && expected !== undefined
      ? shortNameOf(expected)
      : shorten(withoutActual(message ?? ""), maxMessage)
  }
}

/** A transformation that refuses a value with a message: `Expected a duration such as 5m30s`. */
export const transformOrRefuse = <FromA, FromI, ToA, ToI>(
  from: Schema.Schema<FromA, FromI>,
  to: Schema.Schema<ToA, ToI>,
  options: {
    readonly decode: (value: FromA) => Either.Either<ToI, string>
    readonly encode: (value: ToI) => Either.Either<FromA, string>
  }
): Schema.transformOrFail<typeof from, typeof to> =>
  Schema.transformOrFail(from, to, {
    strict: true,
    decode: (value, _, ast) =>
      Either.mapLeft(options.decode(value), (message) => new ParseResult.Type(ast, value, message)),
    encode: (value, _, ast) =>
      Either.mapLeft(options.encode(value), (message) => new ParseResult.Type(ast, value, message))
  })
