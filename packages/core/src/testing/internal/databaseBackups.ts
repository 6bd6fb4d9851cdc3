/**
 * Backups of databases, manual and periodic.
 */
import { backupArchive } from "./backupArchive.js"
import { type Content, contentAt, currentOffer, type Database, isGone, perDatabase } from "./databases.js"
import { day, hour } from "./durations.js"
import { record } from "./events.js"
import type { Account } from "./models.js"
import { startTimedTask } from "./operations.js"
import { iso, isoOrNull, type State } from "./state.js"
import { fileOf, noise, type StoredFile } from "./storage.js"

export interface Backup {
  readonly id: string
  readonly database: Database
  readonly name: string
  readonly method: "manual" | "periodic"
  readonly createdAt: number
  startedAt: number | null
  status: "scheduled" | "running" | "done" | "error"
  size: number | null
  /** The content of the database when the backup began. */
  content: Content
}

interface BackupStore {
  /** Oldest first. */
  backups: Array<Backup>
  /** Up to when the periodic backups have been made. */
  followedUntil: number
}

const stores = perDatabase((_, database): BackupStore => ({ backups: [], followedUntil: database.createdAt }))

const nameOf = (database: Database, at: number) =>
  `${iso(at).slice(0, 19).replaceAll(/[-:T]/g, "")}_${database.addon.resourceId}`

/** What is downloaded of a backup. */
export const fileOfBackup = ({ settings }: State, backup: Backup): StoredFile => {
  const rest = {
    contentType: "application/x-gzip",
    etag: `"${backup.id}"`,
    modifiedAt: backup.createdAt,
    name: `${backup.name}.tar.gz`
  }
  return settings.backupSize === undefined
    ? fileOf(backupArchive, rest)
    : noise(parseInt(backup.id.slice(-8), 16), settings.backupSize, rest)
}

/** Removes the oldest backups beyond the number that the plan keeps. */
const prune = (state: State, database: Database, method: Backup["method"]) => {
  const { dailyBackups, manualBackups } = currentOffer(database)
  const store = stores(state, database)
  const kept = method === "manual" ? manualBackups : dailyBackups * database.backupHours.length
  const old = store.backups.filter((it) => it.method === method && it.status === "done").slice(0, -Math.max(1, kept))
  store.backups = store.backups.filter((it) => !old.includes(it))
}

const finish = (state: State, backup: Backup, at: number, user: Account | undefined, failure: string | undefined) => {
  const { database } = backup
  if (isGone(state, database)) return
  backup.status = failure === undefined ? "done" : "error"
  backup.size = failure === undefined ? fileOfBackup(state, backup).size : 0
  const written = record(state, {
    type: failure === undefined ? "database_backup_succeeded" : "database_backup_failed",
    user,
    app: database.app,
    at,
    data: {
      addon_name: database.technology.displayName,
      resource_id: database.addon.resourceId,
      addon_uuid: database.addon.id,
      backup_id: backup.id,
      backup_status: backup.status,
      backup_method: backup.method,
      started_at: iso(backup.startedAt ?? backup.createdAt),
      ended_at: iso(at)
    }
  })
  // Periodic backups are made up for late; the events must stay in order.
  const later = state.events.findIndex((event) => event.at > at)
  if (later !== -1) state.events.splice(later, 0, ...state.events.splice(state.events.indexOf(written), 1))
  prune(state, database, backup.method)
}

/** Starts a backup: scheduled, running, then done or error. */
export const startBackup = (state: State, database: Database, user: Account): Backup => {
  const backup: Backup = {
    id: state.ids.hex(),
    database,
    name: nameOf(database, state.now()),
    method: "manual",
    createdAt: state.now(),
    startedAt: null,
    status: "scheduled",
    size: null,
    content: database.content
  }
  stores(state, database).backups.push(backup)
  startTimedTask(state, database.app, {
    begin: () => {
      backup.status = "running"
      backup.startedAt = state.now()
      backup.content = database.content
    },
    end: (failure) => finish(state, backup, state.now(), user, failure)
  })
  return backup
}

const runPeriodic = (state: State, database: Database, at: number) => {
  const backup: Backup = {
    id: state.idsOf(`backup ${database.addon.id} ${at}`).hex(),
    database,
    name: nameOf(database, at),
    method: "periodic",
    createdAt: at,
    startedAt: at,
    status: "running",
    size: null,
    content: contentAt(database, at)
  }
  stores(state, database).backups.push(backup)
  const end = at + state.settings.operationDuration
  if (end <= state.now()) finish(state, backup, end, undefined, undefined)
  else state.after(end - state.now(), () => finish(state, backup, end, undefined, undefined))
}

/**
 * Makes the periodic backups that have become due since the last call. They are not scheduled: the scheduler would never
 * be empty.
 */
const makePeriodicBackups = (state: State, database: Database): void => {
  const store = stores(state, database)
  const now = state.now()
  const from = store.followedUntil
  store.followedUntil = now
  if (!database.backupsEnabled || !currentOffer(database).backups) return
  for (let midnight = Math.floor(from / day) * day; midnight <= now; midnight += day) {
    for (const at of database.backupHours.map((it) => midnight + it * hour).sort((a, b) => a - b)) {
      if (from < at && at <= now) runPeriodic(state, database, at)
    }
  }
}

/** Oldest first. To be called before the schedule changes, too. */
export const backupsOf = (state: State, database: Database): ReadonlyArray<Backup> => {
  makePeriodicBackups(state, database)
  return stores(state, database).backups
}

export const isUnderWay = (backup: Backup): boolean => backup.status === "scheduled" || backup.status === "running"

export const renderBackup = (backup: Backup) => ({
  id: backup.id,
  created_at: iso(backup.createdAt),
  started_at: isoOrNull(backup.startedAt),
  name: backup.name,
  size: backup.size,
  status: backup.status,
  database_id: backup.database.id,
  method: backup.method,
  type: backup.database.technology.name
})
