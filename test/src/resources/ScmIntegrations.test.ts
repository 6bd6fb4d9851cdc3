import { AuthApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as ScmIntegrations from "@effect-scalingo/core/ScmIntegrations"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Layer, Redacted, Stream } from "effect"
import { inspect } from "node:util"
import { answering } from "./answering.js"

const user = {
  id: "us-d13d3065-e7fa-4b1a-827a-ce1c92415f9c",
  created_at: "2016-06-02T17:07:39.000Z",
  email: "documentation@scalingo.com",
  username: "doc-account",
  uuid: "us-d13d3065-e7fa-4b1a-827a-ce1c92415f9c",
  company: null,
  location: null,
  fullname: "Étienne Michon",
  tos_accepted: true,
  flags: {},
  limits: { free_trial_apps: "10", apps: 3 },
  referral_url: "https://sclng.io/r/81e5168dadc0bfe0",
  referral_clicks: 23,
  free_trial_started_at: "2016-06-02T17:07:39.000Z",
  free_trial_end_time: "2016-07-02T23:07:00.000Z",
  suspended_at: null,
  suspension_reason: null,
  email_newsletter: false
}

const shown = (value: unknown) => [inspect(value, { depth: null }), JSON.stringify(value), String(value)].join("\n")

const withBody = (body: unknown) => {
  const regional = answering(() => ({ body }))
  const auth = answering(() => ({ body }))
  const apis = Layer.merge(Layer.succeed(RegionalApi, regional.api), Layer.succeed(AuthApi, auth.api))
  return { regional: regional.requests, auth: auth.requests, apis }
}

describe("ScmIntegrations", () => {
  const organization = (id: number) => ({ id, login: `org-${id}`, avatarUrl: "", url: "", description: null })
  const meta = (page: number, total: number) => ({
    pagination: { current_page: page, prev_page: null, next_page: page < total ? page + 1 : null, total_pages: total }
  })
  const walk = (api: ReturnType<typeof answering>) =>
    Effect.provideService(ScmIntegrations.make, AuthApi, api.api).pipe(
      Effect.flatMap((service) => Stream.runCollect(service.listOrganizations("int-1"))),
      Effect.map((all) => Chunk.toReadonlyArray(all).map(({ id }) => id))
    )

  it.effect("walks over numbered pages of organisations", () =>
    Effect.gen(function*() {
      const api = answering(({ query }) => {
        const page = Number(query?.["page"])
        return { body: { organizations: [organization(page)], meta: meta(page, 3) } }
      })
      assert.deepStrictEqual(yield* walk(api), [1, 2, 3])
    }))

  it.effect("takes an answer without page numbers as all there is", () =>
    Effect.gen(function*() {
      const api = answering(() => ({ body: { organizations: [organization(1), organization(2)] } }))
      assert.deepStrictEqual(yield* walk(api), [1, 2])
      assert.lengthOf(api.requests, 1)
    }))

  it.effect("says what does not fit about a numbered page", () =>
    Effect.gen(function*() {
      const api = answering(() => ({ body: { organizations: [organization(1)], meta: { pagination: {} } } }))
      assert.deepInclude(yield* Effect.flip(walk(api)), {
        _tag: "DecodeError",
        path: "meta.pagination.current_page"
      })
    }))

  it.effect("never shows the token of the platform", () =>
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
        owner: { id: user.id, email: user.email, username: user.username }
      }
      const { apis, auth } = withBody({ scm_integration: integration })
      const service = yield* Effect.provide(ScmIntegrations.make, apis)
      const created = yield* service.create({
        scm_type: "gitlab-self-hosted",
        url: integration.url,
        access_token: Redacted.make(integration.access_token)
      })
      assert.notInclude(shown(created), integration.access_token)
      assert.deepStrictEqual(auth[0]?.body, {
        scm_integration: {
          scm_type: "gitlab-self-hosted",
          url: integration.url,
          access_token: integration.access_token
        }
      })
    }))
})
