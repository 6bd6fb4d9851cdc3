/**
 * What a parse error says, without the value that it says it of: a value may be a secret.
 */
import * as ParseResult from "effect/ParseResult"

export interface Issue {
  /** `app.owner.id`, `apps.3.name`; empty for the whole. */
  readonly path: string
  readonly expected: string
}

const joinPath = (path: ReadonlyArray<PropertyKey>) => path.map(String).join(".")

/** `Expected string, actual 12` becomes `string`. */
const withoutActual = (message: string): string => {
  if (message === "is missing") return "present"
  const actual = message.indexOf(", actual ")
  const text = actual === -1 ? message : message.slice(0, actual)
  return text.startsWith("Expected ") ? text.slice("Expected ".length) : text
}

/**
 * The deepest issue: of a union's members, the one that got furthest is the one that was meant.
 */
export const firstIssue = (error: ParseResult.ParseError, root?: string): Issue => {
  const issues = ParseResult.ArrayFormatter.formatErrorSync(error)
  const deepest = issues.reduce((best, issue) => issue.path.length > best.path.length ? issue : best, issues[0]!)
  return {
    path: joinPath(root === undefined ? deepest.path : [root, ...deepest.path]),
    expected: withoutActual(deepest.message)
  }
}
