/**
 * The pre-signed URLs of logs.
 */
import type { App } from "./records.js"
import { slot, type State } from "./state.js"

/** Which tokens open the logs of which app (`app-…`) or addon; the service behind the URLs asks here. */
export const logTokens = slot(() => new Map<string, { readonly id: string; readonly issuedAt: number }>())

export const issueLogToken = (state: State, id: string): string => {
  const token = state.ids.secret(32)
  logTokens(state).set(token, { id, issuedAt: state.now() })
  return token
}

export const appLogsUrl = (state: State, app: App): string =>
  `${state.urls.logs(app.region)}/apps/${app.name}/logs?timestamp=${Math.floor(state.now() / 1000)}` +
  `&token=${issueLogToken(state, app.id)}`

export interface LogArchive {
  readonly url: string
  readonly size: number
  readonly from: string
  readonly to: string
}

const day = 86_400_000
const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `Fri Mar 24 14:00:00 +0000 UTC 2017`, the way archives write an instant. */
export const archiveTime = (milliseconds: number): string => {
  const date = new Date(milliseconds)
  const two = (value: number) => String(value).padStart(2, "0")
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":")
  return `${names[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${two(date.getUTCDate())} ` +
    `${time} +0000 UTC ${date.getUTCFullYear()}`
}

/** How many days of logs are archived. */
export const archivedDays = 45

/** Newest first: one archive for each of the last days. `base` is the URL below which they are downloaded. */
export const archives = (state: State, id: string, base: string): ReadonlyArray<LogArchive> => {
  const today = Math.floor(state.now() / day) * day
  return Array.from({ length: archivedDays }, (_, index) => {
    const from = today - (index + 1) * day
    const file = new Date(from).toISOString().slice(0, 10)
    return {
      url: `${base}/${id}/${file}.log.gz?token=${issueLogToken(state, id)}`,
      size: 98_765 + index,
      from: archiveTime(from),
      to: archiveTime(from + day)
    }
  })
}

/** One step of the walk over archives, by cursor or by page: `{ next_cursor, has_more, archives }`. */
export const archivesBody = (query: URLSearchParams, all: ReadonlyArray<LogArchive>, perPage = 20) => {
  const page = Math.max(1, Number(query.get("page") ?? 1) || 1)
  const start = query.has("cursor") ? Math.max(0, Number(query.get("cursor")) || 0) : (page - 1) * perPage
  const end = start + perPage
  const more = end < all.length
  return { next_cursor: more ? String(end) : "", has_more: more, archives: all.slice(start, end) }
}
