import { layer, ScmRepoLinks } from "@effect-scalingo/core/ScmRepoLinks"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fakeService, json } from "../fakePlatform.js"

const get = (body: unknown) =>
  Effect.flatMap(fakeService(ScmRepoLinks, layer, () => json(body)), ({ service }) => service.get("my-app"))

describe("ScmRepoLinks", () => {
  it.effect("returns null for an app without a link, whose value is null or missing", () =>
    Effect.gen(function*() {
      for (const body of [{ scm_repo_link: null }, {}, null]) assert.isNull(yield* get(body))
    }))

  it.effect("does not take an empty list for an app without a link", () =>
    Effect.gen(function*() {
      for (const body of [[], { scm_repo_link: [] }]) {
        assert.strictEqual((yield* Effect.flip(get(body)))._tag, "DecodeError")
      }
    }))
})
