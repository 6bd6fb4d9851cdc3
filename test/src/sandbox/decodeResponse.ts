/**
 * Decodes responses with the schemas of the library.
 */
import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { at, listOf, type SandboxResponse } from "./sandboxClient.js"

/** Decodes a part of a response; a part that does not decode is a defect. */
export const decodeAt = <A, I>(
  schema: Schema.Schema<A, I>,
  response: SandboxResponse,
  path: string
): Effect.Effect<A> => Effect.orDie(Schema.decodeUnknown(schema)(at(response, path)))

/** Decodes a list of a response, which is not empty. */
export const decodeListAt = <A, I>(
  schema: Schema.Schema<A, I>,
  response: SandboxResponse,
  path: string
): Effect.Effect<ReadonlyArray<A>> =>
  Effect.suspend(() => {
    assert.isAbove(listOf(response, path).length, 0, `${path} is empty`)
    return Effect.orDie(Schema.decodeUnknown(Schema.Array(schema))(at(response, path)))
  })
