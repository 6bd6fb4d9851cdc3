/**
 * Error classes that print one line.
 */
import * as Schema from "effect/Schema"

type ErrorClass = new(...args: ReadonlyArray<never>) => Error

/**
 * Replaces the stack, whose frames are those of Effect and of this library, by the message. `Cause.pretty` appends the
 * spans of the caller.
 */
const withoutFrames = <C extends ErrorClass>(Base: C): C => {
  const Class = class extends (Base as ErrorClass) {
    constructor(...args: ReadonlyArray<never>) {
      super(...args)
      Object.defineProperty(this, "stack", {
        value: `${this.name}: ${this.message}`,
        configurable: true,
        writable: true
      })
    }
  }
  return Class as unknown as C
}

/** `Schema.TaggedError` without stack frames. */
export const taggedError = <Self>(identifier: string) =>
<Tag extends string, Fields extends Schema.Struct.Fields>(
  tag: Tag,
  fields: Fields,
  annotations?: { readonly [key: string | symbol]: unknown }
): Schema.TaggedErrorClass<Self, Tag, { readonly _tag: Schema.tag<Tag> } & Fields> =>
  withoutFrames(
    Schema.TaggedError<Self>(identifier)(tag, fields, annotations as never) as unknown as
      & Schema.TaggedErrorClass<
        Self,
        Tag,
        { readonly _tag: Schema.tag<Tag> } & Fields
      >
      & ErrorClass
  )
