import { layer, ScmIntegrations } from "@effect-scalingo/core/ScmIntegrations"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Layer, Redacted, Stream } from "effect"
import { type ApiCall, fakeApis, fakeService, json, type RespondCall } from "../fakePlatform.js"
import { pageMeta } from "../pageMeta.js"
import { shown } from "../shown.js"

const organization = (id: number) => ({ id, login: `org-${id}`, avatarUrl: "", url: "", description: null })

const organizationIds = (respond: RespondCall, sent: Array<ApiCall> = []) =>
  Effect.flatMap(ScmIntegrations, (service) => Stream.runCollect(service.listOrganizations("int-1"))).pipe(
    Effect.map((all) => Chunk.toReadonlyArray(all).map(({ id }) => id)),
    Effect.provide(Layer.provide(layer, fakeApis(sent, respond)))
  )

describe("ScmIntegrations", () => {
  it.effect("lists the organizations of all pages", () =>
    Effect.gen(function*() {
      const ids = yield* organizationIds(({ query }) => {
        const page = Number(query["page"])
        return json({ organizations: [organization(page)], meta: pageMeta(page, 3) })
      })
      assert.deepStrictEqual(ids, [1, 2, 3])
    }))

  it.effect("sends one request when the response has no page numbers", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const ids = yield* organizationIds(() => json({ organizations: [organization(1), organization(2)] }), sent)
      assert.deepStrictEqual(ids, [1, 2])
      assert.deepStrictEqual(sent.map(({ api }) => api), ["auth"])
    }))

  it.effect("names the field of a page that does not decode", () =>
    Effect.gen(function*() {
      const body = { organizations: [organization(1)], meta: { pagination: {} } }
      assert.deepInclude(yield* Effect.flip(organizationIds(() => json(body))), {
        _tag: "DecodeError",
        path: "meta.pagination.current_page"
      })
    }))

  it.effect("never shows the access token", () =>
    Effect.gen(function*() {
      const integration = {
        id: "70bf275e-e0ee-483e-9e5c-21e5bb2e877c",
        scm_type: "gitlab-self-hosted",
        url: "https://gitlab.example.com",
        access_token: "a64fe9744da5e6ce790ca3a9084bd66cf433b24b",
        created_at: "2019-08-12T11:59:37.298Z",
        uid: "8",
        username: "test-user",
        avatar_url: "",
        email: "test-user@example.com",
        profile_url: "",
        owner: {
          id: "us-d13d3065-e7fa-4b1a-827a-ce1c92415f9c",
          email: "documentation@scalingo.com",
          username: "doc-account"
        }
      }
      const { sent, service } = yield* fakeService(ScmIntegrations, layer, () => json({ scm_integration: integration }))
      const created = yield* service.create({
        scm_type: "gitlab-self-hosted",
        url: integration.url,
        access_token: Redacted.make(integration.access_token)
      })
      assert.notInclude(shown(created), integration.access_token)
      assert.deepStrictEqual(sent[0]?.body, {
        scm_integration: {
          scm_type: "gitlab-self-hosted",
          url: integration.url,
          access_token: integration.access_token
        }
      })
    }))
})
