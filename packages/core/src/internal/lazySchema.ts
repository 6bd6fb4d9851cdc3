/**
 * Schemas that are built on their first use. To build a schema takes longer than to load its module, and most programs
 * use few of the schemas that they import.
 */
import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"

/** A function, since schemas are classes, which may be extended. A bound one, since it has no `prototype` of its own. */
const standIn = function() {}.bind(undefined)

/**
 * Stands for the schema, or the field of a struct, that `build` returns. `known` has the members that can be read
 * without building it.
 */
export const lazy = <S extends object>(build: () => S, known: Partial<S> = {}): S => {
  let built: S | undefined
  const schema = () => built ??= build()
  return new Proxy(standIn as unknown as S, {
    get: (_, key, self) => Object.hasOwn(known, key) ? known[key as keyof S] : Reflect.get(schema(), key, self),
    has: (_, key) => Object.hasOwn(known, key) || Reflect.has(schema(), key),
    set: (_, key, value) => Reflect.set(schema(), key, value)
  })
}

/** `Schema.Struct(fields())`, built on first use. */
export const struct = <Fields extends Schema.Struct.Fields>(fields: () => Fields): Schema.Struct<Fields> =>
  lazy(() => Schema.Struct(fields()))

/** `Schema.Union(...members)`, built on first use. */
export const union = <Members extends AST.Members<Schema.Schema.All>>(...members: Members): Schema.Union<Members> =>
  lazy<Schema.Union<Members>>(() => Schema.Union(...members), { members })
