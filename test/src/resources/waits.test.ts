import * as Addons from "@effect-scalingo/core/Addons"
import * as DatabaseBackups from "@effect-scalingo/core/DatabaseBackups"
import * as Databases from "@effect-scalingo/core/Databases"
import * as Deployments from "@effect-scalingo/core/Deployments"
import * as Domains from "@effect-scalingo/core/Domains"
import * as Operations from "@effect-scalingo/core/Operations"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import * as ScmRepoLinks from "@effect-scalingo/core/ScmRepoLinks"
import type { WaitOptions } from "@effect-scalingo/core/Wait"
import * as WaitError from "@effect-scalingo/core/WaitError"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Fiber, Layer, Redacted, Schema, TestClock } from "effect"
import {
  type ApiCall,
  type Apis,
  fakeApis,
  type FakeResponse,
  inOrder,
  json,
  notFound,
  type RespondCall,
  serverError
} from "../fakePlatform.js"

const at = "2024-05-01T10:00:00.000Z"

const addon = (status: string) => ({
  id: "ad-1",
  app_id: "app-1",
  resource_id: "my_app_1",
  provisioned_at: at,
  deprovisioned_at: null,
  updated_at: at,
  status,
  plan: {
    id: "plan-1",
    name: "sandbox",
    display_name: "Sandbox",
    price: 0,
    description: "",
    position: 1,
    on_demand: false,
    sku: "sku"
  },
  addon_provider: { id: "postgresql", name: "PostgreSQL", logo_url: "" }
})

const domain = (letsencrypt_status: string, more: object = {}) => ({
  id: "dom-1",
  name: "www.example.com",
  ssl: false,
  canonical: false,
  letsencrypt_enabled: true,
  letsencrypt: false,
  letsencrypt_status,
  acme_dns_error: {},
  ...more
})

const reviewApp = (status: string | null, more: object = {}) => ({
  id: "review-1",
  repo_link_id: "link-1",
  app_id: "app-2",
  app_name: "my-app-pr42",
  parent_app_id: "app-1",
  parent_app_name: "my-app",
  created_at: at,
  stale_deletion_date: null,
  on_close_deletion_date: null,
  pull_request: {
    number: 42,
    branch_name: "me:fix",
    title: "Fix",
    url: "",
    html_url: "",
    ref: "abc",
    base_ref: "",
    created_at: at,
    closed_at: null
  },
  last_deployment: status === null
    ? null
    : { id: "dep-1", created_at: at, status, git_ref: "abc", pusher: { username: "scm", email: "scm@example.com" } },
  ...more
})

const reviewApps = (...list: ReadonlyArray<object>) => json({ review_apps: list })

type Failure =
  | ScalingoError
  | WaitError.AddonFailed
  | WaitError.BackupFailed
  | WaitError.CertificateFailed
  | WaitError.DatabaseOperationFailed
  | WaitError.DeploymentFailed
  | WaitError.OperationFailed
  | WaitError.ReviewAppFailed
  | WaitError.WaitTimeout

interface Case {
  readonly run: (options?: WaitOptions) => Effect.Effect<unknown, Failure, Apis>
  readonly inState: (status: string) => FakeResponse
  readonly waiting: string
  readonly done: string
  readonly failed: string
  readonly failure: { readonly tag: Failure["_tag"]; readonly ids: object; readonly entity: string }
}

const database = { app: "my-app", addonId: "ad-1" }

/** Every wait that has a failure of its own. */
const cases: { readonly [name: string]: Case } = {
  "Operations.await": {
    run: (options) =>
      Effect.flatMap(Operations.Operations, (_) => _.await({ app: "my-app", operationId: "op-1" }, options)).pipe(
        Effect.provide(Operations.layer)
      ),
    inState: (status) => json({ operation: { id: "op-1", created_at: at, finished_at: null, status, type: "scale" } }),
    waiting: "running",
    done: "done",
    failed: "error",
    failure: { tag: "OperationFailed", ids: { app: "my-app" }, entity: "operation" }
  },
  "Deployments.await": {
    run: (options) =>
      Effect.flatMap(Deployments.Deployments, (_) => _.await("my-app", "dep-1", options)).pipe(
        Effect.provide(Deployments.layer)
      ),
    inState: (status) =>
      json({
        deployment: {
          id: "dep-1",
          app_id: "app-1",
          created_at: at,
          status,
          git_ref: "abc",
          pusher: { id: "us-1", username: "john", email: "john@example.com" }
        }
      }),
    waiting: "building",
    done: "success",
    failed: "build-error",
    failure: { tag: "DeploymentFailed", ids: { app: "my-app" }, entity: "deployment" }
  },
  "DatabaseBackups.await": {
    run: (options) =>
      Effect.flatMap(DatabaseBackups.DatabaseBackups, (_) => _.await(database, "b-1", options)).pipe(
        Effect.provide(DatabaseBackups.layer)
      ),
    inState: (status) =>
      json({
        database_backup: { id: "b-1", created_at: at, name: "b", size: null, status, database_id: "d-1" }
      }),
    waiting: "running",
    done: "done",
    failed: "error",
    failure: { tag: "BackupFailed", ids: database, entity: "backup" }
  },
  "Databases.awaitOperation": {
    run: (options) =>
      Effect.flatMap(Databases.Databases, (_) => _.awaitOperation(database, "op-1", options)).pipe(
        Effect.provide(Databases.layer)
      ),
    inState: (status) =>
      json({ operation: { id: "op-1", created_at: at, finished_at: null, status, type: "upgrade", error: null } }),
    waiting: "running",
    done: "finished",
    failed: "user-error",
    failure: { tag: "DatabaseOperationFailed", ids: database, entity: "operation" }
  },
  "Addons.await": {
    run: (options) =>
      Effect.flatMap(Addons.Addons, (_) => _.await("my-app", "ad-1", options)).pipe(Effect.provide(Addons.layer)),
    inState: (status) => json({ addon: addon(status) }),
    waiting: "provisioning",
    done: "running",
    failed: "suspended",
    failure: { tag: "AddonFailed", ids: { app: "my-app" }, entity: "addon" }
  },
  "Domains.awaitCertificate": {
    run: (options) =>
      Effect.flatMap(Domains.Domains, (_) => _.awaitCertificate("my-app", "dom-1", options)).pipe(
        Effect.provide(Domains.layer)
      ),
    inState: (status) => json({ domain: domain(status) }),
    waiting: "new",
    done: "created",
    failed: "error",
    failure: { tag: "CertificateFailed", ids: { app: "my-app" }, entity: "domain" }
  },
  "ScmRepoLinks.awaitReviewApp": {
    run: (options) =>
      Effect.flatMap(ScmRepoLinks.ScmRepoLinks, (_) => _.awaitReviewApp("my-app", 42, options)).pipe(
        Effect.provide(ScmRepoLinks.layer)
      ),
    inState: (status) => reviewApps(reviewApp(status)),
    waiting: "starting",
    done: "success",
    failed: "crashed-error",
    failure: { tag: "ReviewAppFailed", ids: { app: "my-app" }, entity: "reviewApp" }
  }
}

const over = (sent: Array<ApiCall>, respond: RespondCall) => Effect.provide(fakeApis(sent, respond))

/** Runs an effect and advances the clock. */
const after = <A, E, R>(millis: number, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(Effect.either(effect))
    yield* TestClock.adjust(millis)
    return yield* Fiber.join(fiber)
  })

const failed = <A, E>(result: Either.Either<A, E>) => Either.getOrThrow(Either.flip(result))

describe("every wait", () => {
  for (const [name, { done, failed: end, failure, inState, run, waiting }] of Object.entries(cases)) {
    it.effect(`${name} polls with low priority, through failures that pass, until the end`, () =>
      Effect.gen(function*() {
        const sent: Array<ApiCall> = []
        const responses = [inState(waiting), serverError(), inState("a-new-status"), inState(done)]
        const result = yield* after(60_000, run()).pipe(over(sent, inOrder(...responses)))
        assert.isTrue(Either.isRight(result))
        assert.lengthOf(sent, 4)
        assert.isTrue(sent.every(({ priority }) => priority === "background"))
      }))

    it.effect(`${name} fails with ${failure.tag}, which has the ids and the last state`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(run()).pipe(over([], inOrder(inState(end))))
        assert.deepInclude(error, { _tag: failure.tag, ...failure.ids })
        assert.property(error, failure.entity)
        assert.include(error.message, "my-app")
      }))

    it.effect(`${name} fails with WaitTimeout, which has the last state, after 15 or 30 minutes`, () =>
      Effect.gen(function*() {
        const timeout = failed(
          yield* after(60_000, run({ timeout: "1 minute" })).pipe(
            over([], inOrder(inState(waiting), serverError()))
          )
        )
        if (timeout._tag !== "WaitTimeout") return assert.fail(timeout._tag)
        assert.strictEqual(timeout.status, waiting)
        assert.isObject(timeout.last)
        assert.strictEqual(timeout.lastFailure?._tag, "ServerError")
        assert.include(timeout.message, "1m")

        // The second poll hangs until the end.
        const minutes = name === "DatabaseBackups.await" ? 30 : 15
        const late = yield* after(minutes * 60_000, run()).pipe(over([], inOrder(inState(waiting), Effect.never)))
        assert.strictEqual(failed(late)._tag, "WaitTimeout")
      }))

    it.effect(`${name} fails with any other failure at once`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(run()).pipe(over([], () => notFound("app")))
        assert.strictEqual(error._tag, "NotFound")
      }))
  }
})

describe("WaitTimeout", () => {
  it.effect("is encoded without secrets, whatever was awaited", () =>
    Effect.gen(function*() {
      const respond = () =>
        json({
          operation: {
            id: "op-1",
            created_at: at,
            finished_at: null,
            status: "running",
            type: "start-one-off",
            attach_url: "https://one-off.example/secret-path"
          }
        })
      const timeout = failed(
        yield* after(1000, cases["Operations.await"]!.run({ timeout: 1000 })).pipe(over([], respond))
      )
      if (timeout._tag !== "WaitTimeout") return assert.fail(timeout._tag)
      assert.isTrue(Redacted.isRedacted((timeout.last as Operations.Operation).attach_url))
      const encoded = yield* Schema.encode(WaitError.WaitTimeout)(timeout)
      const wire = JSON.stringify(encoded)
      assert.notInclude(wire, "secret-path")
      assert.include(wire, "2024-05-01T10:00:00.000Z")
      assert.deepStrictEqual(JSON.parse(wire).last, encoded.last)
      const back = yield* Schema.decodeUnknown(WaitError.WaitTimeout)(JSON.parse(wire))
      assert.strictEqual(back.message, timeout.message)
      assert.deepInclude(back.last, { id: "op-1", created_at: at })
    }))

  it.effect("is encoded when nothing was seen", () =>
    Effect.gen(function*() {
      const timeout = failed(
        yield* after(1000, cases["Addons.await"]!.run({ timeout: 1000 })).pipe(
          over([], () => Effect.never)
        )
      )
      if (timeout._tag !== "WaitTimeout") return assert.fail(timeout._tag)
      const back = yield* Schema.decodeUnknown(WaitError.WaitTimeout)(
        JSON.parse(JSON.stringify(yield* Schema.encode(WaitError.WaitTimeout)(timeout)))
      )
      assert.include(back.message, "its state was never seen")
    }))
})

describe("Domains.awaitCertificate", () => {
  const run = cases["Domains.awaitCertificate"]!.run
  const own = (ssl_status: string | undefined, more: object = {}) =>
    domain("pending_dns", { ssl: true, ...(ssl_status === undefined ? {} : { ssl_status }), ...more })

  it.effect("is over with a certificate, its own one or one that is in use", () =>
    Effect.gen(function*() {
      for (
        const final of [
          own("success"),
          own(undefined),
          domain("created"),
          // The renewal failed, and the certificate is still valid.
          domain("error", { ssl: true, letsencrypt: true })
        ]
      ) yield* run().pipe(over([], () => json({ domain: final })))
    }))

  it.effect("waits for a certificate of the app beside one from Let's Encrypt", () =>
    Effect.gen(function*() {
      const before = own("pending", { letsencrypt_status: "created" })
      const timeout = failed(
        yield* after(5000, run({ timeout: 5000 })).pipe(over([], () => json({ domain: before })))
      )
      assert.deepInclude(timeout, { _tag: "WaitTimeout", status: "pending" })
    }))

  it.effect("fails in words", () =>
    Effect.gen(function*() {
      const errors: ReadonlyArray<readonly [object, string]> = [
        [domain("error", { acme_challenge_error: "too many certificates" }), "issued: too many certificates"],
        [
          domain("error", { acme_dns_error: { dns_provider: "gandi", variables: ["GANDI_KEY"] } }),
          "issued: the DNS challenge at gandi failed, missing: GANDI_KEY"
        ],
        [domain("error", { acme_dns_error: "NXDOMAIN" }), "issued: NXDOMAIN"],
        [domain("error"), "issued: Check the DNS records of the domain"],
        [own("error"), "installed: Set tlscert and tlskey again"]
      ]
      for (const [final, text] of errors) {
        const error = yield* Effect.flip(run()).pipe(over([], () => json({ domain: final })))
        assert.strictEqual(error._tag, "CertificateFailed")
        assert.include(error.message, text)
      }
    }))

  it.effect("says which record is missing", () =>
    Effect.gen(function*() {
      const record = { acme_dns_fqdn: "_acme-challenge.example.com", acme_dns_value: "abc" }
      const missing: ReadonlyArray<readonly [object, string]> = [
        [domain("pending_dns"), "The DNS of www.example.com does not point to the app: a CNAME record"],
        [domain("dns_required", record), "The TXT record _acme-challenge.example.com with the value abc is missing"],
        [domain("dns_required"), "The TXT record of www.example.com is missing"],
        [domain("new", { letsencrypt_enabled: false }), "No certificate is requested"]
      ]
      for (const [state, text] of missing) {
        const timeout = failed(
          yield* after(5000, run({ timeout: 5000 })).pipe(over([], () => json({ domain: state })))
        )
        assert.strictEqual(timeout._tag, "WaitTimeout")
        assert.include(timeout.message, text)
      }
    }))
})

describe("ScmRepoLinks.awaitReviewApp", () => {
  const wait = (wanted: string | number, options?: WaitOptions) =>
    Effect.flatMap(ScmRepoLinks.ScmRepoLinks, (links) => links.awaitReviewApp("my-app", wanted, options)).pipe(
      Effect.provide(ScmRepoLinks.layer)
    )
  const another = reviewApp("build-error", {
    id: "review-2",
    pull_request: { ...reviewApp(null).pull_request, number: 7 }
  })

  it.effect("finds it by its id or by the number of its pull request, and waits until it exists", () =>
    Effect.gen(function*() {
      for (const wanted of ["review-1", 42]) {
        const responses = [
          reviewApps(another),
          reviewApps(another, reviewApp(null)),
          reviewApps(another, reviewApp("success"))
        ]
        const result = yield* after(60_000, wait(wanted)).pipe(over([], inOrder(...responses)))
        assert.strictEqual(Either.getOrThrow(result).app_name, "my-app-pr42")
      }
      const timeout = failed(
        yield* after(5000, wait("42", { timeout: 5000 })).pipe(
          over([], () => reviewApps(reviewApp("success")))
        )
      )
      assert.deepInclude(timeout, { _tag: "WaitTimeout", status: "not found" })
    }))

  it.effect("fails when it is deleted meanwhile", () =>
    Effect.gen(function*() {
      const result = yield* after(60_000, wait(42)).pipe(
        over([], inOrder(reviewApps(reviewApp("building")), reviewApps()))
      )
      const error = failed(result)
      assert.strictEqual(error._tag === "ReviewAppFailed" ? error.reviewApp.id : error._tag, "review-1")
      assert.include(error.message, "was deleted before it was deployed")
    }))
})

describe("a reference to an operation", () => {
  it.effect("may leave out the region, or name another one, in every method", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const operations = yield* Effect.provide(
        Operations.Operations,
        Layer.provide(Operations.layer, fakeApis(sent, () => cases["Operations.await"]!.inState("done")))
      )
      const ids = { app: "my-app", operationId: "op-1" }
      for (const region of [undefined, null, "osc-secnum-fr1"]) {
        yield* operations.get({ ...ids, region })
        yield* operations.await({ ...ids, region })
      }
      yield* operations.get(ids)
      assert.deepStrictEqual(sent.map(({ region }) => region), [
        undefined,
        undefined,
        undefined,
        undefined,
        "osc-secnum-fr1",
        "osc-secnum-fr1",
        undefined
      ])
    }))
})
