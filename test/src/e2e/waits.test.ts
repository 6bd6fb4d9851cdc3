import { Addons } from "@effect-scalingo/core/Addons"
import { Apps } from "@effect-scalingo/core/Apps"
import { Domains } from "@effect-scalingo/core/Domains"
import { isBusy } from "@effect-scalingo/core/ScalingoError"
import { ScmRepoLinks } from "@effect-scalingo/core/ScmRepoLinks"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { failure, over, Sandbox, withScalingoUnlimited } from "./kit.js"

/** The number of `POST` requests to a path. */
const countOf = (path: string) =>
  Effect.map(
    Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.requests),
    (requests) => requests.filter((it) => it.method === "POST" && it.path.endsWith(path)).length
  )

describe("end to end: waits", () => {
  it.effect("an addon runs a while after its provisioning and after a change of plan", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const addons = yield* Addons
      const plans = yield* Effect.map(
        addons.list("example-app"),
        (list) => list.map(({ addon_provider, plan }) => ({ addon_provider_id: addon_provider.id, plan_id: plan.id }))
      )
      const { addon } = yield* addons.provision("another-app", plans[0]!)
      assert.strictEqual(addon.status, "provisioning")
      const running = yield* addons.await("another-app", addon.id).pipe(over("1 minute"))
      assert.strictEqual(running.status, "running")
      yield* sandbox.suspendAddons("another-app")
      const error = yield* failure(addons.await("another-app", addon.id))
      assert.strictEqual(error._tag, "AddonFailed")
      yield* addons.resume("another-app", addon.id)
      yield* addons.await("another-app", addon.id)
    }).pipe(withScalingoUnlimited()))

  it.effect("a domain has its certificate after a minute, or says which record is missing", () =>
    Effect.gen(function*() {
      const domains = yield* Domains
      const create = (name: string) => domains.create("example-app", { name })
      const { id } = yield* create("www.example.com")
      const domain = yield* domains.awaitCertificate("example-app", id).pipe(over("2 minutes"))
      assert.isTrue(domain.letsencrypt)

      const refused = yield* create("app.localhost")
      const error = yield* failure(domains.awaitCertificate("example-app", refused.id)).pipe(over("2 minutes"))
      assert.strictEqual(error._tag, "CertificateFailed")
      assert.include(error.message, "no certificate is issued for app.localhost")

      const wildcard = yield* create("*.app.invalid")
      const late = yield* failure(domains.awaitCertificate("example-app", wildcard.id, { timeout: "10 minutes" })).pipe(
        over("10 minutes")
      )
      assert.match(
        late.message,
        /status was dns_required. The TXT record _acme-challenge.app.invalid with the value \S/
      )
    }).pipe(withScalingoUnlimited()))

  it.effect("a review app is deployed a while after its creation", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const links = yield* ScmRepoLinks
      yield* links.create("example-app", { source: "https://github.com/Scalingo/sample-go-martini", branch: "master" })
      yield* links.manualReviewApp("example-app", 42)
      const deployed = yield* links.awaitReviewApp("example-app", 42).pipe(over("2 minutes"))
      assert.deepInclude(deployed.last_deployment, { status: "success" })
      assert.strictEqual((yield* sandbox.app(deployed.app_name)).status, "running")

      yield* sandbox.failNextDeployment("example-app-pr43", "build-error")
      const { id } = yield* links.manualReviewApp("example-app", 43)
      const error = yield* failure(links.awaitReviewApp("example-app", id)).pipe(over("2 minutes"))
      assert.strictEqual(error._tag, "ReviewAppFailed")
      assert.match(error.message, /example-app-pr43 .*build-error: The build failed/)
    }).pipe(withScalingoUnlimited()))

  it.effect("a busy app is refused at once, or waited for", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      yield* apps.scale("example-app", [{ name: "web", amount: 2 }])
      assert.isTrue(isBusy(yield* failure(apps.restart("example-app"))))
      assert.strictEqual(yield* countOf("/restart"), 1)
      const operation = yield* apps.restart("example-app", { waitWhileBusy: "5 minutes" }).pipe(over("1 minute"))
      assert.strictEqual(operation.app, "example-app")
      const { operation: scaling } = yield* apps.scale("example-app", [{ name: "web", amount: 3 }], {
        waitWhileBusy: "5 minutes"
      }).pipe(over("1 minute"))
      assert.isNotNull(scaling)
    }).pipe(withScalingoUnlimited()))
})
