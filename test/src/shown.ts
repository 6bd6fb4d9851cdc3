import { inspect } from "node:util"

/** A value in the ways that programs print it: a secret must be in none of them. */
export const shown = (value: unknown): string =>
  [inspect(value, { depth: null }), JSON.stringify(value), String(value)].join("\n")
