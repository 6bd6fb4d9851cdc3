/**
 * Every schema that the public modules of core export.
 */
import { Arbitrary, Schema } from "effect"
import { isObject } from "./requiredFields.js"

export type AnySchema = Schema.Schema<unknown, unknown>

export const unloadable: Array<string> = []

/** By name. A name that several modules use has several schemas. */
export const schemas = new Map<string, Set<AnySchema>>()

for (
  const [path, load] of Object.entries(import.meta.glob<Record<string, unknown>>([
    "../../../packages/core/src/{client,events,provider,resources,schema}/**/*.ts",
    "!**/internal/**"
  ]))
) {
  const module = await load().catch((error: unknown) => {
    unloadable.push(`${path}: ${String(error)}`)
    return {}
  })
  for (const [name, value] of Object.entries(module)) {
    if (!Schema.isSchema(value)) continue
    schemas.set(name, (schemas.get(name) ?? new Set<AnySchema>()).add(value as AnySchema))
  }
}

/**
 * Whether JSON can represent a value. Arbitraries of `Schema.Number` include NaN and infinities, and those of
 * `Schema.Record` the key `__proto__`.
 */
const isWire = (value: unknown): boolean =>
  typeof value === "number"
    ? Number.isFinite(value)
    : Array.isArray(value)
    ? value.every(isWire)
    : isObject(value)
    ? !Object.hasOwn(value, "__proto__") && Object.values(value).every(isWire)
    : true

export const arbitraryOf = (schema: AnySchema) => Arbitrary.make(schema).filter(isWire)
