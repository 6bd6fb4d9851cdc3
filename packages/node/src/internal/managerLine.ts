/**
 * The line in which the platform says how a container has ended. Its words are not documented, so it is read leniently:
 * a line of the container `manager` that names the container, with a number behind `exited`, `exit status`, `code` …
 */
import type { LogLine } from "@effect-scalingo/core/LogLine"
import * as Option from "effect/Option"

const code = /\b(?:exit(?:ed)?|status|code)(?:[ =:(]+(?:with|status|code|exit))*[ =:(]+(\d{1,3})\b(?![\w.-])/i

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")

/** The exit code of a container, from a line of the time after it was created. */
export const exitCodeIn =
  (label: string, createdAtMillis: number) => ({ container, text, time }: LogLine): Option.Option<number> => {
    if (!Option.contains(container, "manager")) return Option.none()
    if (Option.exists(time, ({ dateTime }) => dateTime.epochMillis < createdAtMillis)) return Option.none()
    // `one-off-1` is not in `one-off-12`.
    const name = new RegExp(`(?<![\\w-])${escape(label)}(?![\\w-])`)
    if (!name.test(text)) return Option.none()
    return Option.map(Option.fromNullable(code.exec(text.replace(name, ""))?.[1]), Number)
  }
