/**
 * Whether answers have the shape that the entities of the library have.
 */
import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { type Answer, at, listOf } from "./kit.js"

/** Decodes a part of an answer; a part that decodeErrors is a defect. */
export const shaped = <A, I>(schema: Schema.Schema<A, I>, answer: Answer, path: string): Effect.Effect<A> =>
  Effect.orDie(Schema.decodeUnknown(schema)(at(answer, path)))

/** Decodes a list of an answer, which is not empty. */
export const shapedList = <A, I>(
  schema: Schema.Schema<A, I>,
  answer: Answer,
  path: string
): Effect.Effect<ReadonlyArray<A>> =>
  Effect.suspend(() => {
    assert.isAbove(listOf(answer, path).length, 0, `${path} is empty`)
    return Effect.orDie(Schema.decodeUnknown(Schema.Array(schema))(at(answer, path)))
  })
