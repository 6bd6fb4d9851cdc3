/**
 * The archives of logs: the lines of a day, compressed.
 */
import { day, minute } from "./durations.js"
import { gzipStored } from "./gzip.js"
import { formatLine, historyOf, logOf } from "./logStore.js"
import { iso, type State } from "./state.js"

/** The name of the archive of a day, which begins at this instant. */
export const archiveFile = (from: number): string => `${iso(from).slice(0, 10)}.log.gz`

/** The beginning of the day that a file is of. `undefined` for another name. */
export const dayOfFile = (file: string): number | undefined => {
  const from = Date.parse(`${file.slice(0, 10)}T00:00:00.000Z`)
  return !Number.isNaN(from) && archiveFile(from) === file ? from : undefined
}

/** The lines that the live logs still have, oldest first, so that an archive has the same ones. */
const recentLines = (state: State, id: string): ReadonlyArray<string> =>
  historyOf(state, logOf(state, id)).map(({ line }) => line)

/** When a line was written; `undefined` for a line without a time. */
const timeOf = (line: string): number | undefined => {
  const at = Date.parse(`${line.slice(0, 23).replace(" ", "T")}Z`)
  return Number.isNaN(at) ? undefined : at
}

/** A number of 32 bits for a text and a count, the same in every run. */
const numberOf = (text: string, count: number): number => {
  let hash = 0x811c9dc5 ^ count
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 12)) >>> 0
}

const paths = ["/", "/articles", "/articles/12", "/login", "/menus/crème-brûlée"]

const lineAt = (id: string, at: number): string => {
  const random = numberOf(id, at / minute)
  const time = at + random % minute
  const status = random % 11 === 0 ? 500 : 200
  const text = `GET ${paths[random % paths.length]} ${status} in ${2 + (random >>> 8) % 90} ms`
  return formatLine(time, random % 1_000_000, "web-1", text)
}

/** How often a line was written, before those that the live logs have. */
const interval = 5 * minute

/** The lines of the day that begins at an instant. */
const linesOf = (state: State, id: string, from: number): ReadonlyArray<string> => {
  const recent = recentLines(state, id)
  const date = iso(from).slice(0, 10)
  const first = (recent[0] === undefined ? undefined : timeOf(recent[0])) ?? from + day
  const lines: Array<string> = []
  for (let at = from; at + minute <= Math.min(from + day, first); at += interval) lines.push(lineAt(id, at))
  return [...lines, ...recent.filter((line) => line.startsWith(date))]
}

/** The file with the lines of the day that begins at an instant, of an app or an addon. */
export const archiveBytes = (state: State, id: string, from: number): Uint8Array =>
  gzipStored(new TextEncoder().encode(linesOf(state, id, from).map((line) => `${line}\n`).join("")))
