/**
 * Sources: a pre-signed URL to upload the archive of a deployment and one to download it, valid for ten minutes.
 */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { minute } from "../durations.js"
import { badRequest, empty, forbidden, json, notFound, type Refusal, refuse } from "../responses.js"
import { type PublicCall, regional, type Route, storage } from "../route.js"
import { statePart } from "../state.js"

interface Source {
  readonly id: string
  readonly uploadToken: string
  readonly downloadToken: string
  archive: Uint8Array | undefined
}

const lifetime = 10 * minute

const sourcesOf = statePart(() => new Map<string, Source>())

/** The source that the URL names. 400 with an Authorization header, which would leak to the storage. */
const findSource = (call: PublicCall, use: "uploadToken" | "downloadToken"): Effect.Effect<Source, Refusal> => {
  if (call.header("authorization") !== undefined) {
    return badRequest("Only one auth mechanism allowed: the URL or the Authorization header")
  }
  const source = sourcesOf(call.state).get(call.param("sourceId"))
  return source === undefined || call.query.get("token") !== source[use]
    ? forbidden("the URL is wrong or has expired")
    : Effect.succeed(source)
}

export const sources: ReadonlyArray<Route> = [
  regional.post("/sources", (call) => {
    const source: Source = {
      id: call.state.ids.uuid(),
      uploadToken: call.state.ids.secret(32),
      downloadToken: call.state.ids.secret(32),
      archive: undefined
    }
    sourcesOf(call.state).set(source.id, source)
    call.state.after(lifetime, () => {
      sourcesOf(call.state).delete(source.id)
    })
    const url = `${call.state.urls.storage(call.region)}/sources/${source.id}`
    return json({
      source: {
        upload_url: `${url}?token=${source.uploadToken}`,
        download_url: `${url}?token=${source.downloadToken}`
      }
    }, 201)
  }),

  storage.put("/sources/:sourceId", (call) =>
    Effect.gen(function*() {
      const source = yield* findSource(call, "uploadToken")
      if (call.header("transfer-encoding") !== undefined) {
        return yield* refuse(411, { error: "Content-Length is required" })
      }
      const bytes = yield* Effect.orElse(call.request.arrayBuffer, () => badRequest("the body cannot be read"))
      source.archive = new Uint8Array(bytes)
      return empty(200)
    })),

  storage.get("/sources/:sourceId", (call) =>
    Effect.gen(function*() {
      const source = yield* findSource(call, "downloadToken")
      return source.archive === undefined
        ? yield* notFound("source")
        : HttpServerResponse.uint8Array(source.archive, { contentType: "application/x-gzip" })
    }))
]
