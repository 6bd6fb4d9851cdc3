/**
 * Pages of log archives.
 */
import * as Either from "effect/Either"
import type { CursorPage } from "../../client/Pagination.js"
import type { DecodeIssue, ResponseDecoder } from "../../client/ResponseDecoder.js"
import * as Decode from "../../client/ResponseDecoder.js"
import { type LogsArchive, LogsArchives } from "../../schema/LogsArchive.js"

export const cursorPage: ResponseDecoder<CursorPage<LogsArchive>> = Decode.transform(
  Decode.json(LogsArchives),
  ({ archives, has_more, next_cursor }): Either.Either<CursorPage<LogsArchive>, DecodeIssue> =>
    Array.isArray(archives)
      ? Either.right({ items: archives, nextCursor: has_more ? next_cursor ?? null : null })
      : Either.left({ path: "archives", reason: "Expected a list", value: archives })
)
