/**
 * The backups of databases: creating, awaiting, downloading and restoring them.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { DatabaseApi, type DatabaseRef } from "../../client/ApiClient.js"
import { endpoint } from "../../client/internal/endpoint.js"
import * as Poll from "../../client/internal/poll.js"
import { strict } from "../../client/internal/strict.js"
import * as Decode from "../../client/ResponseDecoder.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { SignedUrls } from "../../client/SignedUrls.js"
import type { WaitOptions, WaitTimeout } from "../../client/Wait.js"
import { errorClass } from "../../internal/errorClass.js"
import { struct } from "../../internal/lazySchema.js"
import { nullish, openEnum, optionalTimestamp, Secret, Timestamp } from "../../schema/ScalingoSchema.js"
import { callDatabase } from "../internal/databaseClient.js"
import { rootOrBare } from "../internal/decoders.js"

/**
 * A backup.
 *
 * @category schemas
 */
export const Backup = struct(() => ({
  id: Schema.String,
  created_at: Timestamp,
  /** `null` before the start. */
  started_at: optionalTimestamp,
  name: Schema.String,
  /** In bytes; `null` before the end. */
  size: nullish(Schema.Number),
  status: openEnum("scheduled", "pending", "running", "done", "error", "cancelling", "cancelled"),
  database_id: Schema.String,
  /** Whether the schedule or a user started it. */
  method: nullish(openEnum("periodic", "manual")),
  /** The technology of the database. */
  type: nullish(Schema.String),
  hidden: nullish(Schema.Boolean)
}))

export interface Backup extends Schema.Schema.Type<typeof Backup> {}

/**
 * The pre-signed URL of a backup.
 *
 * @category schemas
 */
export const BackupDownload = struct(() => ({
  /** Allows anyone who has it to download the backup. */
  download_url: Secret
}))

export interface BackupDownload extends Schema.Schema.Type<typeof BackupDownload> {}

/**
 * A restoration of a backup.
 *
 * @category schemas
 */
export const BackupRestoration = struct(() => ({
  id: Schema.String,
  created_at: optionalTimestamp,
  started_at: optionalTimestamp,
  ended_at: optionalTimestamp,
  method: nullish(openEnum("backup", "remote")),
  status: openEnum("scheduled", "running", "done", "error"),
  database_id: nullish(Schema.String),
  source_backup_id: nullish(Schema.String)
}))

export interface BackupRestoration extends Schema.Schema.Type<typeof BackupRestoration> {}

/**
 * A backup has failed or was cancelled.
 *
 * @category errors
 */
export class BackupFailed
  extends errorClass(() =>
    Schema.TaggedError<BackupFailed>("@effect-scalingo/core/BackupFailed")(
      "BackupFailed",
      {
        /** The app's name or id. */
        app: Schema.String,
        addonId: Schema.String,
        /** The backup in its final state. */
        backup: Backup
      }
    )
  )
{
  override get message(): string {
    const end = this.backup.status === "cancelled" ? "was cancelled" : "failed"
    return `Backup ${this.backup.id} of database ${this.addonId} of ${this.app} ${end}: Create another one`
  }
}

/**
 * The methods of {@link DatabaseBackups}. Elasticsearch and OpenSearch databases have no backups.
 *
 * @category models
 */
export interface DatabaseBackupsService {
  /**
   * The backups of a database, newest first: `GET /databases/:databaseId/backups`.
   */
  readonly list: (database: DatabaseRef) => Effect.Effect<ReadonlyArray<Backup>, ScalingoError>

  /**
   * Starts a backup: `POST /databases/:databaseId/backups`. Fails with `BadRequest` while another backup is running.
   *
   * ```ts
   * const backup = yield* backups.create(database)
   * yield* backups.await(database, backup.id)
   * const url = yield* backups.downloadUrl(database, backup.id)
   * ```
   */
  readonly create: (database: DatabaseRef) => Effect.Effect<Backup, ScalingoError>

  /**
   * One backup: `GET /databases/:databaseId/backups/:backupId`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly get: (database: DatabaseRef, backupId: string) => Effect.Effect<Backup, ScalingoError>

  /**
   * One backup, from the endpoint that the official Go client uses: `GET /backups/:backupId`. `database` is only needed
   * for its token.
   *
   * @experimental the documentation does not have this endpoint
   */
  readonly getById: (database: DatabaseRef, backupId: string) => Effect.Effect<Backup, ScalingoError>

  /**
   * Waits for the end of a backup, 30 minutes by default. Fails with `BackupFailed` when the backup fails or is
   * cancelled, and with `WaitTimeout` after the timeout. The module `Wait` says how waits poll.
   */
  readonly await: (
    database: DatabaseRef,
    backupId: string,
    options?: WaitOptions
  ) => Effect.Effect<Backup, ScalingoError | BackupFailed | WaitTimeout<Backup>>

  /**
   * Starts a backup and waits for its end like `await`: `POST /databases/:databaseId/backups`. When another backup is
   * running, waits for that one instead.
   *
   * ```ts
   * const backup = yield* backups.createAndAwait(database, { timeout: "1 hour" })
   * ```
   */
  readonly createAndAwait: (
    database: DatabaseRef,
    options?: WaitOptions
  ) => Effect.Effect<Backup, ScalingoError | BackupFailed | WaitTimeout<Backup>>

  /**
   * The newest backup that is done: `GET /databases/:databaseId/backups`. `None` when there is none.
   */
  readonly latest: (database: DatabaseRef) => Effect.Effect<Option.Option<Backup>, ScalingoError>

  /**
   * The pre-signed URL of a finished backup, a gzipped tar archive:
   * `GET /databases/:databaseId/backups/:backupId/archive`.
   */
  readonly downloadUrl: (
    database: DatabaseRef,
    backupId: string
  ) => Effect.Effect<Redacted.Redacted, ScalingoError>

  /**
   * The bytes of a finished backup, a gzipped tar archive: obtains its URL like `downloadUrl`, then sends a `GET` to
   * it. Uses constant memory for any size.
   *
   * ```ts
   * yield* backups.download(database, backup.id).pipe(Stream.run(fs.sink("backup.tar.gz")))
   * ```
   */
  readonly download: (database: DatabaseRef, backupId: string) => Stream.Stream<Uint8Array, ScalingoError>

  /**
   * Starts to restore a backup into its database: `POST /databases/:databaseId/backups/:backupId/restore`. Replaces the
   * current content of the database.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly restore: (database: DatabaseRef, backupId: string) => Effect.Effect<BackupRestoration, ScalingoError>

  /**
   * One restoration: `GET /databases/:databaseId/backup_restorations/:restorationId`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly getRestoration: (
    database: DatabaseRef,
    restorationId: string
  ) => Effect.Effect<BackupRestoration, ScalingoError>
}

/**
 * The backups of databases.
 *
 * @category tags
 */
export class DatabaseBackups
  extends Context.Tag("@effect-scalingo/core/DatabaseBackups")<DatabaseBackups, DatabaseBackupsService>()
{}

const backup = Decode.root("database_backup", Backup)

/** A backup just created was recorded without the root key. */
const created = rootOrBare("database_backup", Backup)

const list = endpoint(
  "DatabaseBackups.list",
  "GET /databases/:databaseId/backups",
  Decode.list("database_backups", Backup)
)
const create = endpoint("DatabaseBackups.create", "POST /databases/:databaseId/backups", created)
const get = endpoint("DatabaseBackups.get", "GET /databases/:databaseId/backups/:backupId", backup)
const getById = endpoint("DatabaseBackups.getById", "GET /backups/:backupId", backup)
const downloadUrl = endpoint(
  "DatabaseBackups.downloadUrl",
  "GET /databases/:databaseId/backups/:backupId/archive",
  strict(Decode.root("download_url", Secret))
)
const restore = endpoint(
  "DatabaseBackups.restore",
  "POST /databases/:databaseId/backups/:backupId/restore",
  rootOrBare("backup_restoration", BackupRestoration)
)
const getRestoration = endpoint(
  "DatabaseBackups.getRestoration",
  "GET /databases/:databaseId/backup_restorations/:restorationId",
  rootOrBare("backup_restoration", BackupRestoration)
)

const outcome = (database: DatabaseRef) => (backup: Backup) => {
  switch (backup.status) {
    case "done":
      return Either.right(true)
    case "error":
    case "cancelled":
      return Either.left(new BackupFailed({ app: database.app, addonId: database.addonId, backup }, Poll.unchecked))
    default:
      return Either.right(false)
  }
}

const isUnderWay = ({ status }: Backup): boolean =>
  status === "scheduled" || status === "pending" || status === "running"

const newest = (backups: ReadonlyArray<Backup>, matches: (backup: Backup) => boolean): Option.Option<Backup> => {
  const found = backups.filter(matches)
  return Arr.isNonEmptyReadonlyArray(found)
    ? Option.some(Arr.max(found, Order.mapInput(DateTime.Order, ({ created_at }: Backup) => created_at)))
    : Option.none()
}

export const make: Effect.Effect<DatabaseBackupsService, never, DatabaseApi | SignedUrls> = Effect.gen(function*() {
  const api = yield* DatabaseApi
  const urls = yield* SignedUrls
  const one = (database: DatabaseRef, backupId: string) => callDatabase(api, database, get, { path: { backupId } })
  const archiveUrl = (database: DatabaseRef, backupId: string) =>
    callDatabase(api, database, downloadUrl, { path: { backupId } })
  const all = (database: DatabaseRef) => callDatabase(api, database, list, {})
  const start = (database: DatabaseRef) => callDatabase(api, database, create, {})
  const settle = (database: DatabaseRef, backupId: string, options: WaitOptions | undefined) =>
    Poll.settle({
      subject: `backup ${backupId} of database ${database.addonId} of ${database.app}`,
      read: one(database, backupId),
      outcome: outcome(database),
      seen: Poll.byStatus,
      options,
      defaultTimeout: "30 minutes"
    })
  /** The new backup, or the one because of which there is no new one. */
  const startOrFind = (database: DatabaseRef) =>
    Effect.catchTag(
      start(database),
      "BadRequest",
      (refusal) =>
        Effect.flatMap(all(database), (backups) =>
          Option.match(newest(backups, isUnderWay), {
            onNone: () => Effect.fail(refusal),
            onSome: (backup) => Effect.succeed(backup)
          }))
    )
  return DatabaseBackups.of({
    list: all,
    create: start,
    createAndAwait: (database, options) =>
      Effect.flatMap(startOrFind(database), ({ id }) => settle(database, id, options)),
    latest: (database) => Effect.map(all(database), (backups) => newest(backups, ({ status }) => status === "done")),
    get: one,
    getById: (database, backupId) => callDatabase(api, database, getById, { path: { backupId } }),
    await: settle,
    downloadUrl: archiveUrl,
    download: (database, backupId) =>
      Stream.unwrap(
        Effect.map(archiveUrl(database, backupId), (url) => urls.download("DatabaseBackups.download", url))
      ),
    restore: (database, backupId) => callDatabase(api, database, restore, { path: { backupId } }),
    getRestoration: (database, restorationId) =>
      callDatabase(api, database, getRestoration, { path: { restorationId } })
  })
})

export const layer: Layer.Layer<DatabaseBackups, never, DatabaseApi | SignedUrls> = Layer.effect(DatabaseBackups, make)
