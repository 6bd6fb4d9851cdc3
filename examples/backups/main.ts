/**
 * Downloads the newest backup of every database of a region into a folder, three at a time: `node
 * examples/dist/backups/main.js [folder]`. A backup that is there already is left alone.
 */
import { Addons, Apps, DatabaseBackups } from "@effect-scalingo/core/Scalingo"
import { Download, NodeScalingo } from "@effect-scalingo/node"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Lines from "./Lines.js"

const folder = process.argv[2] ?? "backups"

/** The addons that have backups. */
const databases = Effect.gen(function*() {
  const apps = yield* Apps
  const addons = yield* Addons
  const found = yield* Effect.forEach(
    yield* apps.list,
    ({ name: app }) =>
      Effect.map(
        addons.list(app),
        (all) =>
          all.filter(({ addon_provider }) => /^(postgresql|mysql|mongodb|redis)$/.test(addon_provider.id))
            .map(({ addon_provider, id }) => ({ app, addonId: id, name: `${app}-${addon_provider.id}` }))
      ),
    { concurrency: 5 }
  )
  return found.flat()
})

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

const program = Effect.gen(function*() {
  yield* Effect.sync(() => Fs.mkdirSync(folder, { recursive: true }))
  const backups = yield* DatabaseBackups
  const lines = yield* Lines.make
  const width = (names: ReadonlyArray<string>) => Math.max(0, ...names.map((name) => name.length))
  const all = yield* databases
  const column = width(all.map(({ name }) => name))

  const one = ({ name, ...database }: typeof all[number]) =>
    Effect.gen(function*() {
      const line = name.padEnd(column)
      yield* lines.set(line, "looking for its newest backup")
      const backup = yield* backups.latest(database)
      if (Option.isNone(backup)) return yield* lines.end(line, "has no backup")
      const path = Path.join(folder, `${name}-${backup.value.id}.tar.gz`)
      const { bytes } = yield* Download.backup(database, backup.value.id, path, {
        onProgress: ({ bytes, total }) =>
          lines.set(line, total === undefined ? megabytes(bytes) : `${megabytes(bytes)} of ${megabytes(total)}`)
      })
      yield* lines.end(line, `${path} (${megabytes(bytes)})`)
    }).pipe(
      Effect.catchTag("FileExists", ({ path }) => lines.end(name.padEnd(column), `${path} is there already`)),
      // The others go on.
      Effect.matchEffect({
        onFailure: (error) => Effect.as(lines.end(name.padEnd(column), error.message), 1),
        onSuccess: () => Effect.succeed(0)
      })
    )
  const failures = (yield* Effect.forEach(all, one, { concurrency: 3 })).filter((code) => code !== 0).length
  if (all.length === 0) yield* Console.error("There is no database in this region")
  if (failures > 0) process.exitCode = 1
}).pipe(Effect.scoped)

program.pipe(Effect.provide(NodeScalingo.layerConfig), NodeRuntime.runMain)
