/**
 * The resource usage and the health of databases.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazy, struct } from "../internal/lazySchema.js"
import { Json, mapOf, nullish, openEnum } from "./ScalingoSchema.js"

const optionalNumber = /* @__PURE__ */ nullish(Schema.Number)

/**
 * The memory usage of a whole database, in bytes. Some sources name `memory`, `swap`, `memory_max` and `swap_max` as
 * {@link InstanceMemory} does.
 *
 * @category schemas
 */
export const DatabaseMemory = /* @__PURE__ */ struct(() => ({
  memory: nullish(Schema.Number),
  /** The highest value so far. */
  memory_max: nullish(Schema.Number),
  memory_limit: nullish(Schema.Number),
  swap: nullish(Schema.Number),
  /** The highest value so far. */
  swap_max: nullish(Schema.Number),
  swap_limit: nullish(Schema.Number),
  memory_usage: optionalNumber,
  swap_usage: optionalNumber,
  max_memory_usage: optionalNumber,
  max_swap_usage: optionalNumber
}))

export interface DatabaseMemory extends Schema.Schema.Type<typeof DatabaseMemory> {}

/**
 * The CPU usage of an instance.
 *
 * @category schemas
 */
export const InstanceCpu = /* @__PURE__ */ struct(() => ({
  usage_in_percents: nullish(Schema.Number)
}))

export interface InstanceCpu extends Schema.Schema.Type<typeof InstanceCpu> {}

/**
 * The memory usage of an instance, in bytes.
 *
 * @category schemas
 */
export const InstanceMemory = /* @__PURE__ */ struct(() => ({
  memory_usage: nullish(Schema.Number),
  swap_usage: nullish(Schema.Number),
  memory_limit: nullish(Schema.Number),
  swap_limit: nullish(Schema.Number),
  max_memory_usage: nullish(Schema.Number),
  max_swap_usage: nullish(Schema.Number)
}))

export interface InstanceMemory extends Schema.Schema.Type<typeof InstanceMemory> {}

/**
 * The resource usage of one instance of a database.
 *
 * @category schemas
 */
export const InstanceMetrics = /* @__PURE__ */ struct(() => ({
  instance_id: Schema.String,
  /** Host and port. */
  instance_address: nullish(Schema.String),
  /** In bytes. */
  real_disk_size: nullish(Schema.Number),
  cpu: nullish(InstanceCpu),
  memory: nullish(InstanceMemory)
}))

export interface InstanceMetrics extends Schema.Schema.Type<typeof InstanceMetrics> {}

/**
 * The statistics of the database system. The keys depend on the technology. Unlisted keys are kept.
 *
 * @category schemas
 */
export const DatabaseStats = /* @__PURE__ */ lazy(() =>
  Schema.Struct(
    {
      /** In bytes. */
      data_size: optionalNumber,
      /** MySQL and PostgreSQL. */
      current_connections: optionalNumber,
      /** MySQL and PostgreSQL. */
      max_connections: optionalNumber,
      /** MongoDB, like all fields below. */
      collections: optionalNumber,
      objects: optionalNumber,
      /** In bytes. */
      avg_obj_size: optionalNumber,
      /** In bytes. */
      storage_size: optionalNumber,
      num_extents: optionalNumber,
      indexes: optionalNumber,
      /** In bytes. */
      index_size: optionalNumber,
      /** In bytes. */
      file_size: optionalNumber
    },
    { key: Schema.String, value: Json }
  )
)

export interface DatabaseStats extends Schema.Schema.Type<typeof DatabaseStats> {}

/** By instance id. One source has a list instead, whose elements contain the ids. */
const InstanceMetricsById = /* @__PURE__ */ lazy(() =>
  Schema.Union(
    mapOf(InstanceMetrics),
    Schema.transform(Schema.Array(InstanceMetrics), Schema.typeSchema(mapOf(InstanceMetrics)), {
      strict: true,
      decode: (list) => Object.fromEntries(list.map((metrics) => [metrics.instance_id, metrics])),
      encode: (map) => Object.values(map)
    })
  )
)

/**
 * The current resource usage of a database.
 *
 * @category schemas
 */
export const DatabaseMetrics = /* @__PURE__ */ struct(() => ({
  /** In percent. */
  cpu_usage: nullish(Schema.Number),
  memory: nullish(DatabaseMemory),
  database_stats: nullish(DatabaseStats),
  /** In bytes. */
  database_size: optionalNumber,
  /** In bytes. */
  real_disk_size: nullish(Schema.Number),
  /** By instance id. */
  instances_metrics: nullish(InstanceMetricsById),
  /** Another spelling of `instances_metrics` in the documentation. */
  instance_metrics: nullish(InstanceMetricsById)
}))

export interface DatabaseMetrics extends Schema.Schema.Type<typeof DatabaseMetrics> {}

/** The platform sends strings where the documentation has numbers. */
const Count = /* @__PURE__ */ lazy(() => Schema.Union(Schema.NumberFromString, Schema.Number))

/**
 * The health of an Elasticsearch cluster.
 *
 * @category schemas
 */
export const DatabaseHealth = /* @__PURE__ */ struct(() => ({
  /** When the health was checked, in seconds since 1970. */
  epoch: nullish(Count),
  status: openEnum("green", "yellow", "red"),
  /** The cluster's name. */
  cluster: nullish(Schema.String),
  shards: nullish(Count),
  pending_tasks: nullish(Count)
}))

export interface DatabaseHealth extends Schema.Schema.Type<typeof DatabaseHealth> {}
