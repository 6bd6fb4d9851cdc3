/**
 * Which headers a caller may set, and which values they may have.
 */

const namePattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const valuePattern = /^[\t\x20-\x7e\x80-\xff]*$/

/** Set by the library or the connection. */
const reserved = new Set([
  "authorization",
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade"
])

export const isHeaderValue = (value: string): boolean => valuePattern.test(value)

/** What was expected of a header that cannot be sent; `undefined` when it can. */
export const headerIssue = (name: string, value: string): string | undefined =>
  !namePattern.test(name) || !isHeaderValue(value)
    ? "an HTTP header"
    : reserved.has(name.toLowerCase())
    ? "left to the library"
    : undefined
