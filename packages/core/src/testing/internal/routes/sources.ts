/**
 * Sources: a pre-signed URL to upload the archive of a deployment and one to download it, valid for ten minutes.
 */
import * as Effect from "effect/Effect"
import { minute } from "../durations.js"
import { badRequest, empty, forbidden, json, notFound, type Refusal, refuse } from "../responses.js"
import { type PublicCall, regional, type Route, storage } from "../route.js"
import { problemOfArchive } from "../sourceArchive.js"
import { type State, statePart } from "../state.js"
import { fileOf, serveFile } from "../storage.js"

interface Source {
  readonly id: string
  readonly uploadToken: string
  readonly downloadToken: string
  archive: { readonly bytes: Uint8Array; readonly at: number } | undefined
}

const archiveType = "application/x-gzip"

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

/**
 * Why a deployment cannot use its `source_url`; `undefined` when it can. URLs of others are not looked at: the sandbox
 * has no network.
 */
export const problemOfSource = (state: State, region: string, sourceUrl: string): Effect.Effect<string | undefined> => {
  const base = `${state.urls.storage(region)}/sources/`
  if (!sourceUrl.startsWith(base)) return Effect.succeed(undefined)
  const { pathname, searchParams } = new URL(sourceUrl)
  const source = sourcesOf(state).get(pathname.slice(pathname.lastIndexOf("/") + 1))
  if (source === undefined || searchParams.get("token") !== source.downloadToken) {
    return Effect.succeed("its URL is wrong or has expired")
  }
  return source.archive === undefined
    ? Effect.succeed("nothing has been uploaded")
    : problemOfArchive(source.archive.bytes)
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
      // The type is part of the signature: a storage finds another signature for any other, and refuses with 403.
      if (call.header("content-type") !== archiveType) {
        return yield* forbidden(`the signature is for the content type ${archiveType}`)
      }
      const length = call.header("content-length")
      if (length === undefined || call.header("transfer-encoding") !== undefined) {
        return yield* refuse(411, { error: "Content-Length is required" })
      }
      const { maxUploadSize } = call.state.settings
      if (Number(length) > maxUploadSize) {
        return yield* refuse(413, { error: `the archive must not be larger than ${maxUploadSize} bytes` })
      }
      const bytes = yield* Effect.orElse(call.request.arrayBuffer, () => badRequest("the body cannot be read"))
      source.archive = { bytes: new Uint8Array(bytes), at: call.now }
      return empty(200)
    })),

  storage.get("/sources/:sourceId", (call) =>
    Effect.gen(function*() {
      const source = yield* findSource(call, "downloadToken")
      return source.archive === undefined
        ? yield* notFound("source")
        : serveFile(
          call,
          fileOf(source.archive.bytes, {
            contentType: archiveType,
            etag: `"${source.id}-${source.archive.at}"`,
            modifiedAt: source.archive.at
          })
        )
    }))
]
