import { DatabaseBackups, layer } from "@effect-scalingo/core/DatabaseBackups"
import { driver } from "../driver.js"

const database = { app: "app", addonId: "databaseId" }

const backup = {
  id: "5b8b36104ffb090be1ac3ce1",
  created_at: "2018-09-02T03:00:00.178+02:00",
  started_at: "2018-09-02T03:02:00.154+02:00",
  name: "20180902010000_kibana-3938",
  size: 17484513608,
  status: "done",
  database_id: "597601234ffb097af4f3099b",
  method: "manual",
  hidden: false
}

const restoration = {
  id: "5c10e85ca506b701f42f92dc",
  created_at: "2018-12-12T11:50:04.154+01:00",
  started_at: null,
  ended_at: null,
  method: "backup",
  status: "scheduled",
  database_id: "597601234ffb097af4f3099b",
  source_backup_id: "5b8b36104ffb090be1ac3ce1"
}

export default driver("DatabaseBackups", DatabaseBackups, layer, {
  list: (backups) => backups.list(database),
  create: (backups) => backups.create(database),
  find: {
    send: (backups) => backups.get(database, "backupId"),
    response: { json: { database_backup: backup } }
  },
  findById: {
    send: (backups) => backups.getById(database, "backupId"),
    response: { json: { database_backup: backup } }
  },
  downloadUrl: (backups) => backups.downloadUrl(database, "backupId"),
  download: {
    send: (backups) => backups.download(database, "backupId"),
    response: { json: { download_url: "https://signed.example.com/downloadUrl?token=t" } },
    because: "the same response serves the request for the URL and the one for the archive"
  },
  restore: { send: (backups) => backups.restore(database, "backupId"), response: { json: restoration } },
  findRestoration: {
    send: (backups) => backups.getRestoration(database, "restorationId"),
    response: {
      json: {
        backup_restoration: {
          ...restoration,
          started_at: "2018-12-12T11:51:04.154+01:00",
          ended_at: "2018-12-12T12:02:41.154+01:00",
          status: "done"
        }
      }
    }
  }
})
