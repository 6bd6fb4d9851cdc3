/**
 * Which headers a caller may set, and what they may hold.
 */

const nameForm = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const valueForm = /^[\t\x20-\x7e\x80-\xff]*$/

/** These are the library's own, or the connection's. */
const reserved = new Set(["authorization", "host", "content-length", "transfer-encoding", "connection"])

export const isHeaderValue = (value: string): boolean => valueForm.test(value)

/** What is expected of a header that cannot be sent; `undefined` when it can. */
export const headerIssue = (name: string, value: string): string | undefined =>
  !nameForm.test(name) || !isHeaderValue(value)
    ? "an HTTP header"
    : reserved.has(name.toLowerCase())
    ? "left to the library"
    : undefined
