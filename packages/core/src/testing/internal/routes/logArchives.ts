/**
 * The archives of logs, behind their pre-signed URLs.
 */
import { day } from "../durations.js"
import { archiveBytes, dayOfFile } from "../logArchives.js"
import { archivePath } from "../logs.js"
import { text } from "../responses.js"
import { type Route, storage } from "../route.js"
import { checkSigned } from "../signedUrls.js"
import { fileOf, serveFile } from "../storage.js"

export const logArchives: ReadonlyArray<Route> = [
  storage.get("/logs_archives/:id/:file", (call) => {
    const [id, file] = [call.param("id"), call.param("file")]
    const from = dayOfFile(file)
    const signed = checkSigned(call.state, archivePath(id, file), call.query.get("token"))
    if (from === undefined || signed !== "good") {
      return text(signed === "expired" ? "the URL has expired" : "the URL is not signed", 403)
    }
    const bytes = archiveBytes(call.state, id, from)
    return serveFile(
      call,
      fileOf(bytes, {
        contentType: "application/x-gzip",
        etag: `"${id}-${from}-${bytes.length}"`,
        modifiedAt: from + day
      })
    )
  })
]
