/**
 * From a path template, ids and a query to an address. Nothing that a caller passes can leave its segment.
 */
import * as Either from "effect/Either"
import type { QueryValue } from "../ApiRequest.js"

export interface AddressMisfit {
  readonly field: string
  readonly expected: string
}

const encodeSegment = (name: string, value: unknown): Either.Either<string, AddressMisfit> => {
  if (typeof value !== "string" || value.trim() === "" || value === "." || value === "..") {
    return Either.left({ field: name, expected: "an id or a name that is not empty, \".\" or \"..\"" })
  }
  try {
    return Either.right(encodeURIComponent(value))
  } catch {
    return Either.left({ field: name, expected: "well-formed text" })
  }
}

/** Fills the `:names` of a template. A segment of the template itself that is `..` is refused too. */
export const fillPath = (
  template: string,
  params: { readonly [name: string]: string } = {}
): Either.Either<string, AddressMisfit> =>
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

const pair = (name: string, value: string | number | boolean) =>
  `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`

export const queryText = (query: { readonly [name: string]: QueryValue } = {}): string => {
  const pairs: Array<string> = []
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    if (typeof value === "object") { for (const item of value) pairs.push(pair(`${name}[]`, item)) }
    else pairs.push(pair(name, value))
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`
}

const isLoopback = (hostname: string) =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname)

/** Only https leaves this machine. */
export const isSafeUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))
}
