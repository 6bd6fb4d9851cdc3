/**
 * One line for a request. It has no query, no headers and no body, which may hold secrets.
 */
import type * as Sandbox from "@effect-scalingo/core/Sandbox"

const pad = (value: number, digits = 2) => String(value).padStart(digits, "0")

/** The time of day on this machine. */
const timeOf = (milliseconds: number): string => {
  const date = new Date(milliseconds)
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`
}

const durationOf = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`

const colorOf = (status: number | undefined): number =>
  status === undefined || status >= 500 ? 31 : status >= 400 ? 33 : 32

/** What is not printable would reach the terminal. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?")

export const requestLine = (
  { _tag, milliseconds, request: { api, method, path, region, status, time } }: Sandbox.RequestEvent,
  colors: boolean
): string => {
  const paint = (code: number, text: string) => colors ? `\x1b[${code}m${text}\x1b[0m` : text
  const outcome = _tag === "Closed" ? "closed" : status === undefined ? "reset" : String(status)
  return [
    paint(2, timeOf(_tag === "Closed" ? time + milliseconds : time)),
    printable(method).padEnd(7),
    [api, region].filter((part) => part !== undefined && part !== "").map((part) => printable(String(part))).join(" ")
      .padEnd(16),
    printable(path),
    paint(_tag === "Closed" ? 2 : colorOf(status), outcome),
    durationOf(milliseconds)
  ].join(" ")
}
