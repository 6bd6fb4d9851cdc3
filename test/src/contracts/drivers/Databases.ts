import { Databases, layer } from "@effect-scalingo/core/Databases"
import * as DateTime from "effect/DateTime"
import { driver } from "../driver.js"

const database = { app: "app", addonId: "databaseId" }

const plan = {
  id: "5bf30d1104c87f000161285c",
  name: "redis-sandbox",
  backup: true,
  disk: 10240,
  memory: 512,
  manual_backups_count: 10,
  daily_scheduled_backups: 7,
  weekly_scheduled_backups: 4,
  monthly_scheduled_backups: 0,
  pitr_backup_days: null,
  gateway_nodes: 0
}

export default driver("Databases", Databases, layer, {
  find: (databases) => databases.get(database),
  update: (databases) =>
    databases.update(database, { periodic_backups_enabled: true, periodic_backups_scheduled_at: 3 }),
  upgrade: (databases) => databases.upgrade(database),
  pitrRestore: {
    send: (databases) => databases.pitrRestore(database, DateTime.unsafeMake("2019-07-18T23:00:00Z")),
    body: { restore_time: "2019-07-18T23:00:00.000Z" },
    because: "dates are sent with milliseconds"
  },
  pitrRecoveryWindow: {
    send: (databases) => databases.pitrRecoveryWindow(database),
    response: {
      json: {
        recovery_window: {
          earliest_recoverable_at: "2019-07-11T23:00:00Z",
          latest_recoverable_at: "2019-07-18T22:55:00Z"
        }
      }
    }
  },
  enableFeature: (databases) => databases.enableFeature(database, "force-ssl"),
  disableFeature: (databases) => databases.disableFeature(database, "force-ssl"),
  action: (databases) => databases.action(database, "name-of-the-action", { option1: "value1" }),
  plan: { send: (databases) => databases.plan(database), response: { json: { plan } } },
  findPlan: {
    send: (databases) => databases.getPlan(database, "planName", { type: "redis" }),
    response: { json: { plan } }
  },
  ping: { send: (databases) => databases.ping(database), response: { json: {} } },
  lag: { send: (databases) => databases.lag(database), response: { json: { lag: 0 } } },
  findOperation: {
    send: (databases) => databases.getOperation(database, "operationId"),
    response: {
      json: {
        operation: {
          id: "609145e66ffbd934f6745bb4",
          type: "upgrade",
          status: "running",
          created_at: "2021-05-04T13:02:30.498+02:00",
          finished_at: null,
          error: null
        }
      }
    }
  },
  caCertificate: {
    send: (databases) => databases.caCertificate(database),
    response: { text: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" }
  }
})
