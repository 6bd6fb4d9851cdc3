/**
 * How the command fails: with a message for its user, and an exit code.
 */
import * as Data from "effect/Data"

export class CommandFailure extends Data.TaggedError("CommandFailure")<{
  readonly message: string
  /** 2 for wrong arguments and files, 1 for anything else. */
  readonly code: 1 | 2
}> {}

export const wrong = (message: string): CommandFailure => new CommandFailure({ message, code: 2 })
export const failed = (message: string): CommandFailure => new CommandFailure({ message, code: 1 })

/** What an unknown error says, in one line. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ")
