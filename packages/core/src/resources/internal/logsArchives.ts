/**
 * Pages of log archives.
 */
import type { CursorPage } from "../../client/Pagination.js"
import type { LogsArchive, LogsArchives } from "../../schema/LogsArchive.js"

export const cursorPage = ({ archives, has_more, next_cursor }: LogsArchives): CursorPage<LogsArchive> => ({
  items: archives,
  nextCursor: has_more ? next_cursor ?? null : null
})
