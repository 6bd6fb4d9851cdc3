import { DatabaseType } from "@effect-scalingo/core/DatabaseTypes"
import { DatabaseTypeVersion } from "@effect-scalingo/core/DatabaseTypeVersions"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { db, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { at, Sandbox, withSandbox } from "./sandboxClient.js"

describe("sandbox: database types and versions", () => {
  it.effect("lists the technologies", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const listed = at(yield* db(it, "GET", "/database_types"), "database_types")
      const types = yield* decode(Schema.Array(DatabaseType), listed)
      assert.includeMembers(types.map((type) => type.name), ["postgresql", "mysql", "redis", "mongodb"])
      const id = at(yield* db(it, "GET", it.path), "database.type_id")
      const one = yield* decode(DatabaseType, at(yield* db(it, "GET", `/database_types/${id}`), "database_type"))
      assert.strictEqual(one.name, "postgresql")
      assert.strictEqual((yield* db(it, "GET", "/database_types/unknown")).status, 404)
    }).pipe(withSandbox()))

  it.effect("links each version to the next", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const database = yield* db(it, "GET", it.path)
      const version = (id: unknown) =>
        Effect.flatMap(
          db(it, "GET", `/database_type_versions/${id}`),
          // The schema keeps only the numbers of the next version, which is nested as a whole.
          (response) => Schema.decodeUnknown(DatabaseTypeVersion)(at(response, "database_type_version"))
        )
      const current = yield* version(at(database, "database.version_id"))
      assert.strictEqual(current.next_upgrade?.id, at(database, "database.next_version_id"))
      assert.strictEqual(
        `${current.major}.${current.minor}.${current.patch}-${current.build}`,
        at(database, "database.readable_version")
      )
      assert.strictEqual((yield* version(current.next_upgrade?.id)).next_upgrade, null)
      assert.strictEqual((yield* db(it, "GET", "/database_type_versions/unknown")).status, 404)
    }).pipe(withSandbox()))

  it.effect("requires the token of a database", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const bearer = yield* (yield* Sandbox.Sandbox).bearer()
      assert.strictEqual((yield* db(it, "GET", "/database_types", { bearer })).status, 400)
    }).pipe(withSandbox()))
})
