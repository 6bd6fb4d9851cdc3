import * as S from "@effect-scalingo/core/Scalingo"
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, Layer, Option, Stream, TestClock } from "effect"
import { Sandbox } from "./kit.js"

const live = Layer.unwrapEffect(Effect.map(Sandbox.Sandbox, (s) => S.layer({ apiToken: s.token }))).pipe(
  Layer.provideMerge(Sandbox.layer(undefined, { requestLimit: "unlimited" })))

const run = <A, E, R>(e: Effect.Effect<A, E, R>) => Effect.gen(function*() {
  const f = yield* Effect.fork(e)
  for (let i = 0; i < 200; i++) { yield* TestClock.adjust("1 second"); yield* Effect.yieldNow() }
  return yield* Fiber.join(f)
})

it.effect("client", () => Effect.gen(function*() {
  const dd = yield* S.DedicatedDatabases
  yield* run(dd.create({ name: "my-database", technology: "postgresql-ng", plan: "postgresql-dr-starter-4096" }))
  const { ref } = yield* run(dd.await("my-database"))
  const dbs = yield* S.Databases
  const up = yield* run(dbs.upgrade(ref))
  yield* run(dbs.awaitOperation(ref, up.operation_id))
  const b = yield* S.DatabaseBackups
  const one = yield* run(b.create(ref))
  const done = yield* run(b.await(ref, one.id))
  console.log(done)
  console.log(yield* run(b.restore(ref, one.id)), yield* run(b.list(ref)))
  console.log(yield* run(dbs.get(ref)))
  const pitr = yield* run(dbs.pitrRestore(ref, yield* DateTime.now))
  console.log(pitr, yield* run(dbs.awaitOperation(ref, pitr.operation_id)))
  console.log(yield* run(dbs.pgListQueries(ref)), yield* run(dbs.ping(ref)), yield* run(dbs.lag(ref)), yield* run(dbs.plan(ref)))
  console.log((yield* run(dbs.caCertificate(ref))).slice(0, 30), yield* run(dbs.pitrRecoveryWindow(ref)), yield* run(dbs.enableFeature(ref, "force-ssl")))
  const u = yield* S.DatabaseUsers
  console.log(yield* run(u.create(ref, { name: "my-user", read_only: true })), yield* run(u.list(ref)), yield* run(u.resetPassword(ref, "my-user")), yield* run(u.delete(ref, "my-user")))
  const f = yield* S.DatabaseFirewallRules
  console.log(yield* run(f.create(ref, { type: "custom_range", cidr: "1.2.3.4/32" })), yield* run(f.list(ref)), yield* run(f.listManagedRanges(ref)))
  const m = yield* S.DatabaseMaintenance
  console.log(yield* run(Stream.runCollect(m.list(ref))))
  const l = yield* S.DatabaseLogs
  console.log(yield* run(l.url(ref)), (yield* run(Stream.runCollect(l.archives(ref)))).length)
  const mt = yield* S.DatabaseMetrics
  console.log(yield* run(mt.current(ref)), (yield* run(mt.series(ref, "cpu"))).length)
  const st = yield* S.DatabaseStatus
  console.log(yield* run(st.instances(ref)))
  console.log(yield* run(dd.list({ dashboard: true })), yield* run(dd.createNetPeering("my-database", "pcx-1")), yield* run(dd.listEndpoints("my-database")), yield* run(dd.networkConfiguration("my-database")))
  const pn = yield* S.PrivateNetworks
  console.log(yield* run(Stream.runCollect(pn.listDomainNames("example-app"))))
  const t = yield* S.DatabaseTypes
  const v = yield* S.DatabaseTypeVersions
  const types = yield* run(t.list(ref))
  console.log(types.length, yield* run(v.get(ref, (yield* run(dbs.get(ref))).version_id)))
  assert.isTrue(Option.isSome(yield* run(dd.getRef("my-database"))))
}).pipe(Effect.provide(live)), 60000)
