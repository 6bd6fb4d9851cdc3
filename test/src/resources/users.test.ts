import { AuthApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as Collaborators from "@effect-scalingo/core/Collaborators"
import * as ScmIntegrations from "@effect-scalingo/core/ScmIntegrations"
import * as TwoFactorAuth from "@effect-scalingo/core/TwoFactorAuth"
import * as Users from "@effect-scalingo/core/Users"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Context, DateTime, Effect, Layer, Redacted, Stream } from "effect"
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

describe("Users", () => {
  const users = (body: unknown) => {
    const apis = withBody(body)
    return Effect.map(Layer.build(Users.layer.pipe(Layer.provide(apis.apis))), (context) => ({
      ...apis,
      users: Context.get(context, Users.Users)
    }))
  }

  it.scoped("reads the account from the API that each method names", () =>
    Effect.gen(function*() {
      const { auth, regional, users: service } = yield* users({ user })
      const self = yield* service.self
      assert.lengthOf(regional, 1)
      assert.lengthOf(auth, 0)
      yield* service.selfAuth
      assert.lengthOf(regional, 1)
      assert.lengthOf(auth, 1)
      assert.isNull(self.suspended_at)
      assert.strictEqual(DateTime.formatIso(self.free_trial_end_time), "2016-07-02T23:07:00.000Z")
      assert.deepStrictEqual(self.limits, { free_trial_apps: "10", apps: 3 })
    }))

  it.scoped("sends passwords, and takes them redacted", () =>
    Effect.gen(function*() {
      const { auth, users: service } = yield* users({ user })
      yield* service.updateAccount({
        password: Redacted.make("correct horse"),
        password_confirmation: "correct horse",
        current_password: "hunter2"
      })
      assert.deepInclude(auth[0], {
        body: {
          user: { password: "correct horse", password_confirmation: "correct horse", current_password: "hunter2" }
        },
        idempotent: false
      })
    }))

  it.scoped("a usage that is not in a list is a list of one", () =>
    Effect.gen(function*() {
      const usage = { app: "my-app", status: "running", first_month: "8/2020" }
      const one = yield* users({ usage })
      assert.deepStrictEqual(yield* one.users.usage(), [usage])
      const two = yield* users({ usage: [usage, { app: "my-app-2" }] })
      assert.deepStrictEqual(yield* two.users.usage({ from: "2020-10-01" }), [usage, { app: "my-app-2" }])
      assert.deepStrictEqual(two.regional[0]?.query, { from: "2020-10-01", to: undefined })
    }))

  it.scoped("a usage that does not fit says where", () =>
    Effect.gen(function*() {
      const { users: service } = yield* users({ usage: [{ app: "my-app", app_id: 12 }] })
      assert.deepInclude(yield* Effect.flip(service.usage()), { _tag: "DecodeError", path: "usage.0.app_id" })
    }))

  it.scoped("refuses a day in another form", () =>
    Effect.gen(function*() {
      const { regional, users: service } = yield* users({ usage: [] })
      const error = yield* Effect.flip(service.usage({ from: "2020-10-01", to: "01/11/2020" }))
      assert.deepInclude(error, { _tag: "InvalidRequest", endpoint: "Users.usage", field: "to" })
      assert.strictEqual(error.message, "Users.usage was not sent: to must be a day as YYYY-MM-DD")
      assert.deepStrictEqual(regional, [])
    }))

  it.scoped("signs up without credentials, and deletes in two steps on the auth API", () =>
    Effect.gen(function*() {
      const { auth, regional, users: service } = yield* users(undefined)
      yield* service.signUp({ email: "john@example.com", password: "hunter2" })
      assert.deepInclude(regional[0], { credential: "none", method: "POST" })
      yield* service.requestDeletion
      yield* service.confirmDeletion("del-1", { token: Redacted.make("abc"), reason: null })
      assert.deepStrictEqual(auth.map(({ path }) => path), ["/users/delete", "/users/delete/:deletionId/confirm"])
      assert.deepStrictEqual(auth[1]?.body, { deletion: { token: "abc", reason: null } })
    }))
})

describe("TwoFactorAuth", () => {
  const status = { uuid: user.id, enabled: false }
  const tfa = (body: unknown) => {
    const { apis, auth } = withBody(body)
    return Effect.map(Effect.provide(TwoFactorAuth.make, apis), (service) => ({ service, auth }))
  }

  it.effect("keeps the zeros that a code starts with", () =>
    Effect.gen(function*() {
      const { auth, service } = yield* tfa({ tfa: { codes: ["ab12-cd34"], user: status } })
      const { codes } = yield* service.validate({ attempt: "012345" })
      assert.deepStrictEqual(auth[0]?.body, { tfa: { attempt: "012345" } })
      assert.notInclude(shown(codes), "ab12-cd34")
      assert.deepStrictEqual(codes?.map(Redacted.value), ["ab12-cd34"])
    }))

  it.effect("never shows the secret of the authenticator", () =>
    Effect.gen(function*() {
      const uri = "otpauth://totp/Scalingo:doc?secret=JBSWY3DPEHPK3PXP"
      const { service } = yield* tfa({ tfa: { ...status, provider: "totp", uri } })
      assert.notInclude(shown(yield* service.initiate({ provider: "totp" })), "JBSWY3DPEHPK3PXP")
    }))

  it.effect("reads the status of a disabled authentication with its root key and without", () =>
    Effect.gen(function*() {
      const below = yield* tfa({ tfa: status })
      assert.deepStrictEqual(yield* below.service.disable({ attempt: "000001" }), status)
      assert.deepInclude(below.auth[0], {
        method: "DELETE",
        idempotent: false,
        body: { tfa: { attempt: "000001" } }
      })
      const alone = yield* tfa(status)
      assert.deepStrictEqual(yield* alone.service.disable(), status)
      assert.isUndefined(alone.auth[0]?.body)
      const wrong = yield* tfa({ tfa: { uuid: user.id } })
      assert.deepInclude(yield* Effect.flip(wrong.service.disable()), { _tag: "DecodeError", path: "tfa.enabled" })
    }))
})

describe("Collaborators", () => {
  const collaborator = {
    id: "54101e25736f7563d5060000",
    email: "collaborator@example.com",
    user_id: null,
    username: "n/a",
    tfa_status: null,
    status: "pending",
    is_limited: false,
    invitation_link: "https://my.scalingo.com/apps/collaboration?token=abc123",
    app_id: "54100930736f7563d5030000",
    app_name: "my-app"
  }
  const collaborators = (body: unknown) => {
    const { apis, regional } = withBody(body)
    return Effect.map(Effect.provide(Collaborators.make, apis), (service) => ({ service, regional }))
  }

  for (const [form, body] of [["bare", collaborator], ["in a list", [collaborator]]] as const) {
    it.effect(`an invited collaborator that comes ${form}`, () =>
      Effect.gen(function*() {
        const { service } = yield* collaborators({ collaborator: body })
        const invited = yield* service.invite("my-app", { email: "collaborator@example.com" })
        assert.strictEqual(invited.id, collaborator.id)
        assert.notInclude(shown(invited), "abc123")
        assert.strictEqual(Redacted.value(invited.invitation_link), collaborator.invitation_link)
      }))
  }

  it.effect("an accepted invitation is not repeated, and gives the app with its root key and without", () =>
    Effect.gen(function*() {
      const app = {
        id: "54100930736f7563d5030000",
        name: "example-app",
        created_at: "2014-09-10T10:17:52.690+02:00",
        updated_at: "2014-09-10T10:17:52.690+02:00",
        git_url: "git@scalingo.com:example-app.git",
        last_deployed_at: null,
        last_deployed_by: null,
        owner: { username: "john", email: "user@example.com", id: "54100245736f7563d5000000" },
        url: "https://example-app.scalingo.io",
        links: { deployments_stream: "wss://deployments.scalingo.com/apps/example-app" }
      }
      const below = yield* collaborators({ app })
      assert.strictEqual((yield* below.service.acceptInvitation(Redacted.make("abc123"))).name, "example-app")
      assert.deepInclude(below.regional[0], { query: { token: "abc123" }, idempotent: false })
      const alone = yield* collaborators(app)
      assert.strictEqual((yield* alone.service.acceptInvitation("abc123")).name, "example-app")
    }))
})

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
