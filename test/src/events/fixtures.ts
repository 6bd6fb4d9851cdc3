/**
 * The event types of `fixtures/events.json`, with the examples of the documentation.
 */
import { readFileSync } from "node:fs"

export interface EventFixture {
  readonly type: string
  readonly example: { readonly type_data: object; readonly [field: string]: unknown } | null
  /** The type in the documentation's example, where it is not the documented type. */
  readonly exampleTypeMismatch?: string
  readonly typeData: ReadonlyArray<{
    readonly name: string
    readonly type: string
    readonly nullable: boolean | "unknown"
    readonly optional: boolean
    readonly values?: ReadonlyArray<string>
  }>
}

export const fixtures: ReadonlyArray<EventFixture> = JSON.parse(
  readFileSync(new URL("../../fixtures/events.json", import.meta.url), "utf8")
)

/** The examples, each with its documented type. */
export const examples = fixtures.flatMap(({ example, type }) => example === null ? [] : [{ ...example, type }])
