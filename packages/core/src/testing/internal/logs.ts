/**
 * Logs: their pre-signed URLs and their archives.
 */
import { day, hour } from "./durations.js"
import { archiveBytes, archiveFile } from "./logArchives.js"
import type { Addon, App } from "./models.js"
import { sign } from "./signedUrls.js"
import type { State } from "./state.js"

/** What the token of the logs of an app or of an addon is good for. */
export const logsSubject = (id: string): string => `logs/${id}`

/** The URL of the logs of an app, or of one of its addons. */
export const logsUrl = (state: State, app: App, addon?: Addon): string =>
  `${state.urls.logs(app.region)}/apps/${addon?.id ?? app.name}/logs?timestamp=${Math.floor(state.now() / 1000)}` +
  `&token=${sign(state, logsSubject(addon?.id ?? app.id), state.settings.logsTokenLife)}`

interface LogArchive {
  readonly url: string
  readonly size: number
  readonly from: string
  readonly to: string
}

/** `Fri Mar 24 14:00:00 +0000 UTC 2017`: the date format of archives. */
const archiveTime = (milliseconds: number): string => {
  const [weekday, date, month, year, time] = new Date(milliseconds).toUTCString().replace(",", "").split(" ")
  return `${weekday} ${month} ${date} ${time} +0000 UTC ${year}`
}

const archivedDays = 45

/** What the token of an archive is good for, and its path. */
export const archivePath = (id: string, file: string): string => `logs_archives/${id}/${file}`

/** The archives of an app, or of one of its addons: one a day, newest first. */
const archivesOf = (state: State, app: App, addon?: Addon): ReadonlyArray<LogArchive> => {
  const id = addon?.id ?? app.id
  const today = Math.floor(state.now() / day) * day
  return Array.from({ length: archivedDays }, (_, index) => {
    const from = today - (index + 1) * day
    const path = archivePath(id, archiveFile(from))
    return {
      url: `${state.urls.storage(app.region)}/${path}?token=${sign(state, path, hour)}`,
      size: archiveBytes(state, id, from).length,
      from: archiveTime(from),
      to: archiveTime(from + day)
    }
  })
}

const perPage = 20

/**
 * One page of archives, by cursor or by page number: `{ next_cursor, has_more, archives }`. An app that was never
 * deployed has none.
 */
export const archivesBody = (state: State, query: URLSearchParams, app: App, addon?: Addon) => {
  const all = addon === undefined && app.lastDeployedAt === null ? [] : archivesOf(state, app, addon)
  const page = Math.max(1, Number(query.get("page") ?? 1) || 1)
  const start = query.has("cursor") ? Math.max(0, Number(query.get("cursor")) || 0) : (page - 1) * perPage
  const end = start + perPage
  const more = end < all.length
  return { next_cursor: more ? String(end) : "", has_more: more, archives: all.slice(start, end) }
}
