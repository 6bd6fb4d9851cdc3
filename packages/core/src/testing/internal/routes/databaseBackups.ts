/**
 * Database backups and their restorations.
 */
import * as Effect from "effect/Effect"
import { type Backup, backupsOf, fileOfBackup, isUnderWay, renderBackup, startBackup } from "../databaseBackups.js"
import {
  currentOffer,
  type Database,
  databaseOf,
  findDatabase,
  findRunning,
  isGone,
  perDatabase,
  setContent
} from "../databases.js"
import { hour } from "../durations.js"
import { startTimedTask } from "../operations.js"
import { badRequest, json, notFound, type Refusal, text } from "../responses.js"
import { type AddonCall, database, type PublicCall, type Route, storage } from "../route.js"
import { checkSigned, sign } from "../signedUrls.js"
import { iso, isoOrNull, statePart } from "../state.js"
import { serveFile } from "../storage.js"

interface Restoration {
  readonly id: string
  readonly backup: Backup
  readonly createdAt: number
  startedAt: number | null
  endedAt: number | null
  status: "scheduled" | "running" | "done" | "error"
}

const restorations = perDatabase(() => new Map<string, Restoration>())

/** The backups with a download URL, by id. A file outlives its backup. */
const files = statePart(() => new Map<string, Backup>())

const pathOf = (backup: Backup) => `backups/${backup.id}/${backup.name}.tar.gz`

const render = (it: Restoration) => ({
  id: it.id,
  created_at: iso(it.createdAt),
  started_at: isoOrNull(it.startedAt),
  ended_at: isoOrNull(it.endedAt),
  method: "backup",
  status: it.status,
  database_id: it.backup.database.id,
  source_backup_id: it.backup.id
})

const findBackup = (call: AddonCall, it: Database): Effect.Effect<Backup, Refusal> => {
  const backup = backupsOf(call.state, it).find((known) => known.id === call.param("backupId"))
  return backup === undefined ? notFound("backup") : Effect.succeed(backup)
}

const findDone = (call: AddonCall, it: Database): Effect.Effect<Backup, Refusal> =>
  Effect.filterOrElse(
    findBackup(call, it),
    (backup) => backup.status === "done",
    (backup) => badRequest(`the backup is ${backup.status}`)
  )

const download = (call: PublicCall) => {
  const backup = files(call.state).get(call.param("backupId"))
  const signed = backup === undefined ? "wrong" : checkSigned(call.state, pathOf(backup), call.query.get("token"))
  if (backup === undefined || signed !== "good") {
    return text(signed === "expired" ? "the URL has expired" : "the URL is not signed", 403)
  }
  return serveFile(call, fileOfBackup(call.state, backup))
}

export const databaseBackups: ReadonlyArray<Route> = [
  database.get(
    "/databases/:databaseId/backups",
    (call) =>
      Effect.map(
        findDatabase(call),
        (it) => json({ database_backups: backupsOf(call.state, it).toReversed().map(renderBackup) })
      )
  ),

  database.post("/databases/:databaseId/backups", (call) =>
    Effect.gen(function*() {
      const it = yield* findRunning(call)
      if (!currentOffer(it).backups) return yield* badRequest("this database has no backups")
      if (backupsOf(call.state, it).some(isUnderWay)) return yield* badRequest("another backup is under way")
      return json({ database_backup: renderBackup(startBackup(call.state, it, call.account)) }, 201)
    })),

  database.get("/databases/:databaseId/backups/:backupId", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      return json({ database_backup: renderBackup(yield* findBackup(call, it)) })
    })),

  database.get("/backups/:backupId", (call) =>
    Effect.gen(function*() {
      const it = databaseOf(call.state, call.app, call.addon)
      if (it === undefined) return yield* notFound("backup")
      return json({ database_backup: renderBackup(yield* findBackup(call, it)) })
    })),

  database.get("/databases/:databaseId/backups/:backupId/archive", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      const backup = yield* findDone(call, it)
      files(call.state).set(backup.id, backup)
      const path = pathOf(backup)
      const url = `${call.state.urls.storage(call.region)}/${path}?token=${sign(call.state, path, hour)}`
      return json({ download_url: url })
    })),

  storage.get("/backups/:backupId/:file", download),

  database.post("/databases/:databaseId/backups/:backupId/restore", (call) =>
    Effect.gen(function*() {
      const it = yield* findRunning(call)
      const backup = yield* findDone(call, it)
      const known = restorations(call.state, it)
      if (Array.from(known.values()).some((other) => other.endedAt === null)) {
        return yield* badRequest("another restoration is under way")
      }

      const restoration: Restoration = {
        id: call.state.ids.hex(),
        backup,
        createdAt: call.now,
        startedAt: null,
        endedAt: null,
        status: "scheduled"
      }
      known.set(restoration.id, restoration)
      startTimedTask(call.state, it.app, {
        begin: () => {
          restoration.status = "running"
          restoration.startedAt = call.state.now()
        },
        end: (failure) => {
          restoration.status = failure === undefined ? "done" : "error"
          restoration.endedAt = call.state.now()
          if (failure === undefined && !isGone(call.state, it)) setContent(call.state, it, backup.content)
        }
      })
      return json(render(restoration))
    })),

  database.get("/databases/:databaseId/backup_restorations/:restorationId", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      const known = restorations(call.state, it).get(call.param("restorationId"))
      return known === undefined
        ? yield* notFound("backup_restoration")
        : json({ backup_restoration: render(known) })
    }))
]
