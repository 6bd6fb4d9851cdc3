/**
 * URLs: path templates, queries, and which URLs are safe. No path parameter can leave its segment.
 */
import * as Either from "effect/Either"
import type { FieldIssue } from "../../internal/parseResult.js"
import type { QueryValue } from "../ApiClient.js"

const encodeText = (field: string, value: string | number | boolean): Either.Either<string, FieldIssue> =>
  Either.try({
    try: () => encodeURIComponent(String(value)),
    catch: () => ({ field, expected: "well-formed text" })
  })

const encodeSegment = (name: string, value: unknown): Either.Either<string, FieldIssue> => {
  if (typeof value !== "string" || value.trim() === "" || value === "." || value === "..") {
    return Either.left({ field: name, expected: "an id or a name that is not empty, \".\" or \"..\"" })
  }
  return encodeText(name, value)
}

/** Fills the `:names` of a template. A segment of the template itself that is `..` is refused too. */
export const fillPath = (
  template: string,
  params: { readonly [name: string]: string } = {}
): Either.Either<string, FieldIssue> =>
  Either.gen(function*() {
    const path = template.startsWith("/") ? template : `/${template}`
    if (/[?#\\\s]/.test(path)) {
      return yield* Either.left({ field: "path", expected: "a path without query; pass the query as an option" })
    }
    const segments: Array<string> = []
    for (const segment of path.slice(1).split("/")) {
      if (segment.startsWith(":")) {
        const name = segment.slice(1)
        segments.push(yield* encodeSegment(name, params[name]))
      } else if (/^(\.|%2e){1,2}$/i.test(segment)) {
        return yield* Either.left({ field: "path", expected: "a path without \".\" or \"..\"" })
      } else {
        segments.push(segment)
      }
    }
    return `/${segments.join("/")}`
  })

/** Lists are written as `name[]=a&name[]=b`; `undefined` is left out. */
export const queryText = (
  query: { readonly [name: string]: QueryValue } = {}
): Either.Either<string, FieldIssue> =>
  Either.gen(function*() {
    const pairs: Array<string> = []
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue
      const isList = typeof value === "object"
      const key = yield* encodeText(name, isList ? `${name}[]` : name)
      for (const item of isList ? value : [value]) pairs.push(`${key}=${yield* encodeText(name, item)}`)
    }
    return pairs.length === 0 ? "" : `?${pairs.join("&")}`
  })

const isLoopback = (hostname: string) =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname)

/** Whether a URL is https, or http on this machine. */
export const isSafeUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))
}

/** A base URL that ends in `suffix`, whether it was written with it or not; `Left` says what was expected. */
export const parseBaseUrl = (text: string, suffix: string): Either.Either<string, string> => {
  const expected =
    "an https address without query (http only for this machine), such as https://api.osc-fr1.scalingo.com"
  if (!URL.canParse(text)) return Either.left(expected)
  const url = new URL(text)
  if (!isSafeUrl(text) || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    return Either.left(expected)
  }
  const base = (url.origin + url.pathname).replace(/\/+$/, "")
  return Either.right(base.endsWith(suffix) ? base : base + suffix)
}
