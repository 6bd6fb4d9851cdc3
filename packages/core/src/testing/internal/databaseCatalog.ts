/**
 * Database technologies and their versions, what plans offer, managed ranges, and the CA certificate.
 */
import { day } from "./durations.js"
import type { Plan } from "./models.js"
import { iso } from "./state.js"

export interface Version {
  readonly id: string
  readonly typeId: string
  readonly releasedAt: number
  readonly release: number
  readonly major: number
  readonly minor: number
  readonly patch: number
  readonly build: number
  readonly features: ReadonlyArray<string>
}

export interface Technology {
  readonly id: string
  readonly name: string
  readonly displayName: string
  /** Oldest first. A new database has the last but one, so that it can be upgraded. */
  readonly versions: readonly [Version, ...ReadonlyArray<Version>]
  /** Features in addition to those that every technology has. */
  readonly features: ReadonlyArray<string>
}

const firstRelease = Date.UTC(2024, 0, 15, 9)

const technology = (
  short: string,
  name: string,
  displayName: string,
  numbers: readonly [string, ...ReadonlyArray<string>],
  features: ReadonlyArray<string> = []
): Technology => {
  const id = `5c9b959801dcea2f34d4${short}`
  const version = (number: string, index: number): Version => {
    const [major = 0, minor = 0, patch = 0, build = 1] = number.split(/[.-]/).map(Number)
    return {
      id: `5f217c7a406c12000e${short}${String(index + 1).padStart(2, "0")}`,
      typeId: id,
      releasedAt: firstRelease + index * 90 * day,
      release: 200 + index,
      major,
      minor,
      patch,
      build,
      features: ["tls"]
    }
  }
  const [first, ...rest] = numbers
  return {
    id,
    name,
    displayName,
    versions: [version(first, 0), ...rest.map((number, index) => version(number, index + 1))],
    features
  }
}

const technologies: ReadonlyArray<Technology> = [
  technology("96a0", "postgresql", "PostgreSQL", ["15.7.0-1", "16.3.0-1", "16.4.0-2"]),
  technology("96a1", "mysql", "MySQL", ["8.0.36-1", "8.0.37-1"]),
  technology("96a2", "mongodb", "MongoDB", ["4.4.29-1", "5.0.26-1"]),
  technology("96a3", "redis", "Redis", ["7.2.4-1", "7.2.5-1"], ["redis-rdb", "redis-aof", "redis-cache"]),
  technology("96a4", "opensearch", "OpenSearch", ["2.11.1-1", "2.14.0-1"]),
  technology("96a5", "influxdb", "InfluxDB", ["1.8.9-1", "1.8.10-1"]),
  technology("96a6", "elasticsearch", "Elasticsearch", ["7.10.1-1", "7.10.2-1"]),
  technology("96a7", "postgresql-ng", "PostgreSQL Dedicated Resources", ["16.3.0-1", "16.4.0-1"])
]

export const allTechnologies = technologies

export const findTechnology = (nameOrId: string): Technology | undefined =>
  technologies.find((it) => it.name === nameOrId || it.id === nameOrId)

export const findVersion = (id: string): Version | undefined =>
  technologies.flatMap((it) => it.versions).find((it) => it.id === id)

const technologyOf = (version: Version): Technology => technologies.find((it) => it.id === version.typeId)!

export const nextVersion = (version: Version): Version | undefined => {
  const { versions } = technologyOf(version)
  return versions[versions.indexOf(version) + 1]
}

/** The version of a new database. */
export const defaultVersion = ({ versions }: Technology): Version => versions[versions.length - 2] ?? versions[0]

export const readable = (it: Version): string => `${it.major}.${it.minor}.${it.patch}-${it.build}`

const plugin = (id: string, name: string, displayName: string, description: string) => ({
  id,
  feature_name: `postgresql-${name}`,
  install_name: name,
  display_name: displayName,
  description
})

const postgresqlPlugins = [
  plugin("5f217c7a406c12000e00aa01", "postgis", "PostGIS", "Geographic objects"),
  plugin("5f217c7a406c12000e00aa02", "timescaledb", "TimescaleDB", "Time series")
]

const isPostgresql = (name: string) => name.startsWith("postgresql")

export const pluginsOf = (version: Version) => isPostgresql(technologyOf(version).name) ? postgresqlPlugins : null

/** A version with its next version nested, as documented. */
export const renderVersion = (version: Version): { readonly [field: string]: unknown } => {
  const next = nextVersion(version)
  return {
    id: version.id,
    database_type_id: version.typeId,
    created_at: iso(version.releasedAt),
    updated_at: iso(version.releasedAt),
    features: version.features,
    next_upgrade: next === undefined ? null : renderVersion(next),
    allowed_plugins: pluginsOf(version),
    major: version.major,
    minor: version.minor,
    patch: version.patch,
    build: version.build
  }
}

export const renderTechnology = (it: Technology) => ({
  id: it.id,
  name: it.name,
  logo_url: `//cdn.scalingo.com/addons/Scalingo_${it.displayName.replaceAll(" ", "_")}.svg`,
  short_description: `Your ${it.displayName} server`,
  description: `<p>Your ${it.displayName} server</p>`,
  created_at: iso(firstRelease),
  updated_at: iso(firstRelease)
})

/** What a plan of a technology offers. All of it follows from the name of the plan. */
export interface Offer {
  readonly id: string
  readonly name: string
  /** Megabytes. */
  readonly memory: number
  /** Megabytes. */
  readonly disk: number
  readonly backups: boolean
  readonly manualBackups: number
  readonly dailyBackups: number
  readonly weeklyBackups: number
  readonly monthlyBackups: number
  readonly pitrDays: number
  readonly dataNodes: number
  readonly gateways: number
}

const withoutBackups = ["opensearch", "elasticsearch"]

export const offerOf = (technology: Technology, plan: Plan): Offer => {
  const memory = Number(/-(\d+)$/.exec(plan.name)?.[1] ?? 256)
  const free = plan.name.endsWith("-sandbox")
  const business = /-(business|enterprise)-/.test(plan.name)
  const backups = !free && !withoutBackups.includes(technology.name)
  return {
    id: plan.id,
    name: plan.name,
    memory,
    disk: free ? 512 : memory * 20,
    backups,
    manualBackups: backups ? (business ? 50 : 10) : 0,
    dailyBackups: backups ? 7 : 0,
    weeklyBackups: backups && business ? 4 : 0,
    monthlyBackups: backups && business ? 12 : 0,
    pitrDays: backups && isPostgresql(technology.name) ? (business ? 7 : 3) : 0,
    dataNodes: business ? 3 : 1,
    gateways: business ? 2 : 0
  }
}

export const renderOffer = (it: Offer) => ({
  id: it.id,
  name: it.name,
  backup: it.backups,
  disk: it.disk,
  memory: it.memory,
  manual_backups_count: it.manualBackups,
  daily_scheduled_backups: it.dailyBackups,
  weekly_scheduled_backups: it.weeklyBackups,
  monthly_scheduled_backups: it.monthlyBackups,
  pitr_backup_days: it.pitrDays,
  gateway_nodes: it.gateways
})

/** The IP range of a region, which the platform manages. */
export const managedRange = (region: string) => ({ id: `mr-scalingo-${region}`, name: `Scalingo ${region}` })

/** A valid certificate, until 2120. Its key was not kept. */
export const caCertificate = `-----BEGIN CERTIFICATE-----
MIIBqTCCAU+gAwIBAgIBATAKBggqhkjOPQQDAjBDMRkwFwYDVQQKDBBTY2FsaW5n
byBTYW5kYm94MSYwJAYDVQQDDB1TY2FsaW5nbyBTYW5kYm94IERhdGFiYXNlcyBD
QTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowQzEZMBcGA1UECgwQ
U2NhbGluZ28gU2FuZGJveDEmMCQGA1UEAwwdU2NhbGluZ28gU2FuZGJveCBEYXRh
YmFzZXMgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARwGc78PhQhofn+GuUZ
zXJCdLnBIbEZ7ydYqaP86gDZQ1NNKhmRKLyPwTmrXiT9T8kKZRATIeruTv799Al7
XwKVozIwMDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBRbXv02Zi9EJdz67MUE
AKRPMx404jAKBggqhkjOPQQDAgNIADBFAiEAqNITY9+6ffCxHtewCRZCeWSLPySe
vPyUUabY+sGkP30CIExH+XPKkzlcGmO6L0tgyF320ZTo24fZFPFw1WlWs2xz
-----END CERTIFICATE-----
`
