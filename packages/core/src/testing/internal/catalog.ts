/**
 * Regions, container sizes, addon providers and their plans.
 */
import type { AddonProvider, Plan, Region } from "./models.js"

export const knownRegions: ReadonlyArray<Region> = [
  { name: "osc-fr1", displayName: "Paris - Outscale", public: true, default: true },
  { name: "osc-secnum-fr1", displayName: "Paris - SecNumCloud - Outscale", public: false, default: false }
]

interface ContainerSize {
  readonly name: string
  readonly memory: number
  readonly ordinal: number
  /** Cents. */
  readonly hourlyPrice: number
  readonly id: string
}

const size = (ordinal: number, name: string, mebibytes: number, hourlyPrice: number, id: string): ContainerSize => ({
  name,
  memory: mebibytes * 1024 * 1024,
  ordinal,
  hourlyPrice,
  id
})

export const containerSizes: ReadonlyArray<ContainerSize> = [
  size(1, "S", 256, 10, "9c4b7b1c-6a4f-4c53-9a3e-4f5b7f0f6a01"),
  size(3, "M", 512, 20, "b46b1a69-085f-4b9a-ba01-241bd6f658fb"),
  size(4, "L", 1024, 40, "9c4b7b1c-6a4f-4c53-9a3e-4f5b7f0f6a03"),
  size(5, "XL", 2048, 80, "9c4b7b1c-6a4f-4c53-9a3e-4f5b7f0f6a04"),
  size(6, "2XL", 4096, 160, "9c4b7b1c-6a4f-4c53-9a3e-4f5b7f0f6a05"),
  size(7, "3XL", 8192, 320, "9c4b7b1c-6a4f-4c53-9a3e-4f5b7f0f6a06")
]

export const findSize = (name: string): ContainerSize | undefined => containerSizes.find((it) => it.name === name)

/** A price for 30 days in euros, as the catalogue has it. */
export const renderPricings = (euros: number) => ({
  default: { price: (euros / 43_200).toFixed(10), currency: "EUR", period: "minute" }
})

export const renderSize = (region: string, it: ContainerSize) => ({
  id: it.id,
  human_cpu: it.ordinal > 3 ? "high CPU priority" : "standard CPU priority",
  name: it.name,
  human_name: it.name,
  memory: it.memory,
  ordinal: it.ordinal,
  hourly_price: it.hourlyPrice,
  thirtydays_price: it.hourlyPrice * 72,
  pids_limit: 0,
  swap: 0,
  sku: `${region}-app-${it.name}`,
  pricings: renderPricings(it.hourlyPrice * 0.72)
})

export const addonCategories = [
  { id: "5c9ba51326e28200e79ad3b2", name: "Databases", description: "", position: 1 },
  { id: "5c9ba51326e28200e79ad3b3", name: "Messaging", description: "", position: 2 }
] as const

const databases = addonCategories[0].id
const messaging = addonCategories[1].id

type Offers = ReadonlyArray<readonly [name: string, displayName: string, price: number]>

const usualOffers: Offers = [
  ["sandbox", "Sandbox", 0],
  ["starter-512", "Starter 512M", 7.2],
  ["starter-1024", "Starter 1G", 14.4],
  ["business-1024", "Business 1G", 36]
]

const dedicatedOffers: Offers = [
  ["dr-starter-2048", "Starter 2G", 99],
  ["dr-starter-4096", "Starter 4G", 189],
  ["dr-business-4096", "Business 4G", 399],
  ["dr-business-8192", "Business 8G", 749]
]

const plans = (prefix: string, short: string, offers: Offers): ReadonlyArray<Plan> =>
  offers.map(([name, displayName, price], index) => ({
    id: `5cc45d3e3e6b3b0012${short}${String(index + 1).padStart(4, "0")}`,
    name: `${prefix}-${name}`,
    displayName,
    price,
    position: 10 + index,
    sku: `osc-fr1-${prefix}-${name}`,
    // Since March 2026 no new addon can have it. Those that have it keep it.
    disabled: name === "sandbox"
  }))

const provider = (
  id: string,
  name: string,
  short: string,
  variable: string,
  scheme: string,
  port: number,
  categoryId: string = databases
): AddonProvider => ({
  id,
  name,
  shortDescription: `Your ${name} server`,
  categoryId,
  plans: plans(id, short, usualOffers),
  dedicated: false,
  variable,
  scheme,
  port
})

const postgresql = provider("postgresql", "PostgreSQL", "a0", "SCALINGO_POSTGRESQL_URL", "postgres", 30000)

export const addonProviders: ReadonlyArray<AddonProvider> = [
  postgresql,
  provider("mysql", "MySQL", "a1", "SCALINGO_MYSQL_URL", "mysql", 31000),
  provider("mongodb", "MongoDB", "a2", "SCALINGO_MONGO_URL", "mongodb", 32000),
  provider("redis", "Redis", "a3", "SCALINGO_REDIS_URL", "redis", 33000),
  provider("opensearch", "OpenSearch", "a4", "SCALINGO_OPENSEARCH_URL", "https", 34000),
  provider("influxdb", "InfluxDB", "a5", "SCALINGO_INFLUX_URL", "http", 35000),
  provider("rabbitmq", "RabbitMQ", "a6", "SCALINGO_RABBITMQ_URL", "amqp", 36000, messaging),
  {
    ...postgresql,
    id: "postgresql-ng",
    name: "PostgreSQL Dedicated Resources",
    plans: plans("postgresql", "b0", dedicatedOffers),
    dedicated: true
  }
]

/** A provider by its id, or by its old id with the prefix `scalingo-`. */
export const findProvider = (id: string): AddonProvider | undefined =>
  addonProviders.find((it) => it.id === id || `scalingo-${it.id}` === id)

/** A plan of a provider by its id or its name. */
export const findPlan = (from: AddonProvider, idOrName: string): Plan | undefined =>
  from.plans.find((plan) => plan.id === idOrName || plan.name === idOrName)
