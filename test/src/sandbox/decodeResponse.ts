/**
 * Decodes responses with the schemas of the library.
 */
import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { at, listOf, type SandboxResponse } from "./sandboxClient.js"

/** Decodes a part of the body of a response. A part that does not decode is a defect. */
export const decodeAt = <A, I>(
  schema: Schema.Schema<A, I>,
  response: SandboxResponse,
  path: string
): Effect.Effect<A> => Effect.orDie(Schema.decodeUnknown(schema)(at(response, path)))

/** Decodes a list in the body of a response. The list must not be empty. */
export const decodeListAt = <A, I>(
  schema: Schema.Schema<A, I>,
  response: SandboxResponse,
  path: string
): Effect.Effect<ReadonlyArray<A>> =>
  Effect.suspend(() => {
    assert.isAbove(listOf(response, path).length, 0, `${path} is empty`)
    return Effect.orDie(Schema.decodeUnknown(Schema.Array(schema))(at(response, path)))
  })

/** Decodes a value that has no field beyond those of the schema. */
export const decode = <A, I>(schema: Schema.Schema<A, I>, value: unknown) =>
  Schema.decodeUnknown(schema, { onExcessProperty: "error", errors: "all" })(value)
