import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseTypeVersions, layer } from "@effect-scalingo/core/DatabaseTypeVersions"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fakeService, json } from "../../fakePlatform.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

const version = {
  id: "v-1",
  database_type_id: "t-1",
  created_at: "2020-07-29T15:41:14.326+02:00",
  updated_at: "2020-07-29T15:41:14.326+02:00",
  features: [],
  allowed_plugins: ["postgis"],
  major: 4,
  minor: 0,
  patch: 19,
  build: 1
}

describe("DatabaseTypeVersions", () => {
  it.effect("reads the next version from an id, from a version and from a part of one", () =>
    Effect.gen(function*() {
      for (const next_upgrade of ["v-2", { ...version, id: "v-2", next_upgrade: null }, { id: "v-2" }]) {
        const { service } = yield* fakeService(DatabaseTypeVersions, layer, () =>
          json({ database_type_version: { ...version, next_upgrade } }))
        assert.strictEqual((yield* service.get(ref, "v-1")).next_upgrade?.id, "v-2")
      }
    }))
})
