/**
 * Temporary storage for the archive of a deployment, for ten minutes.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { SignedUrls } from "../client/SignedUrls.js"
import { struct } from "../internal/lazySchema.js"
import { Secret } from "../schema/ScalingoSchema.js"

/**
 * Temporary storage for an archive. Its pre-signed URLs are valid for ten minutes; the archive is removed afterwards.
 *
 * @category schemas
 */
export const Source = struct(() => ({
  /** The URL for the `PUT` of the `.tar.gz`, with a `Content-Length` and without credentials. */
  upload_url: Secret,
  /** The URL that the platform reads from: the `source_url` of a deployment. */
  download_url: Secret
}))

export interface Source extends Schema.Schema.Type<typeof Source> {}

/**
 * The methods of {@link Sources}.
 *
 * @category models
 */
export interface SourcesService {
  /**
   * Creates storage for an archive: `POST /sources`.
   */
  readonly create: Effect.Effect<Source, ScalingoError>

  /**
   * Uploads an archive, a `.tar.gz` with one folder at its root: `PUT` to the `upload_url`. A retry runs the stream
   * again, so it must emit the same bytes each time.
   *
   * ```ts
   * const source = yield* sources.create
   * yield* sources.upload(source.upload_url, { content: archive, length: size })
   * yield* deployments.create("my-app", { source_url: Redacted.value(source.download_url), git_ref: "v1.2.0" })
   * ```
   */
  readonly upload: <E = never>(
    uploadUrl: Redacted.Redacted,
    archive: {
      readonly content: Stream.Stream<Uint8Array, E>
      /** In bytes, exactly. */
      readonly length: number
    }
  ) => Effect.Effect<void, ScalingoError | E>

  /**
   * Downloads an archive: `GET` of the `download_url`. The platform does this itself when it deploys.
   */
  readonly download: (downloadUrl: Redacted.Redacted) => Stream.Stream<Uint8Array, ScalingoError>
}

/**
 * Temporary storage for archives.
 *
 * @category tags
 */
export class Sources extends Context.Tag("@effect-scalingo/core/Sources")<Sources, SourcesService>() {}

const create = endpoint("Sources.create", "POST /sources", Decode.root("source", Source), {
  // Unused storage expires after ten minutes.
  idempotent: true
})

export const make: Effect.Effect<SourcesService, never, RegionalApi | SignedUrls> = Effect.gen(function*() {
  const api = yield* RegionalApi
  const urls = yield* SignedUrls
  return Sources.of({
    create: call(api, create, {}),
    upload: (uploadUrl, archive) =>
      urls.upload("Sources.upload", uploadUrl, { ...archive, contentType: "application/x-gzip" }),
    download: (downloadUrl) => urls.download("Sources.download", downloadUrl)
  })
})

export const layer: Layer.Layer<Sources, never, RegionalApi | SignedUrls> = Layer.effect(Sources, make)
