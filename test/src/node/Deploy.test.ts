import type * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import { Fault, Sandbox, TestClient } from "@effect-scalingo/core/testing"
import * as Archive from "@effect-scalingo/node/Archive"
import * as Deploy from "@effect-scalingo/node/Deploy"
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import * as SandboxServer from "@effect-scalingo/node/SandboxServer"
import * as HttpClient from "@effect/platform/HttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Deferred, Effect, Fiber, Layer, Redacted, Stream, TestClock, TestContext, TestServices } from "effect"
import { randomBytes } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"

const seed = { accounts: [{ username: "john" }], apps: [{ name: "my-app", containers: { web: 1 } }] }

const signedIn = (options: ScalingoConfig.Options) =>
  Layer.unwrapEffect(Effect.gen(function*() {
    const { authUrl } = yield* SandboxServer.SandboxServer
    const { token } = yield* Sandbox.Sandbox
    const quick = { baseDelay: "1 millis", ...options.retryPolicy } as const
    return Layer.orDie(NodeScalingo.layer({ apiToken: token, authUrl, ...options, retryPolicy: quick }))
  }))

const withServer = (options: ScalingoConfig.Options = {}) =>
  Effect.provide(
    Layer.provideMerge(
      signedIn(options),
      SandboxServer.layer(seed, { requestLimit: "unlimited", deploymentDuration: "200 millis" })
    )
  )

/** A folder of about a megabyte that does not compress. */
const folder = Effect.map(temporaryFolder, (parent) => {
  const path = Path.join(parent, "my-code")
  Fs.mkdirSync(path)
  Fs.writeFileSync(Path.join(path, "package.json"), "{}")
  Fs.writeFileSync(Path.join(path, "random.bin"), randomBytes(1_000_000))
  return path
})

const tagsOf = (events: Iterable<Deploy.DeployEvent>) => {
  const tags = Array.from(events, ({ _tag }) => _tag)
  return tags.filter((tag, index) => tag !== tags[index - 1])
}

/** The paths of requests, without ids. */
const requests = Effect.map(
  Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.requests),
  (all) =>
    all.filter(({ method }) => method !== "GET").map(({ method, path }) =>
      `${method} ${path.replace(/[\da-f-]{36}/, ":id")}`
    )
)

describe("a deployment of a folder", () => {
  it.scopedLive("is packed, uploaded, created and followed to its end", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const events = yield* Stream.runCollect(Deploy.fromDirectory("my-app", yield* folder, { gitRef: "v1.2.0" }))
      assert.deepStrictEqual(tagsOf(events).slice(0, 4), ["Packing", "Packed", "Uploading", "Created"])
      assert.strictEqual(tagsOf(events).at(-1), "Finished")
      const all = Chunk.toReadonlyArray(events)
      const packed = all.find((event) => event._tag === "Packed")
      assert.deepInclude(packed, { files: 2 })
      const uploading = all.filter((event) => event._tag === "Uploading")
      assert.isAbove(uploading.length, 2)
      assert.deepStrictEqual(uploading[0], { _tag: "Uploading", sent: 0, total: packed?.length ?? 0 })
      assert.deepStrictEqual(uploading.at(-1), {
        _tag: "Uploading",
        sent: packed?.length ?? 0,
        total: packed?.length ?? 0
      })
      const output = all.flatMap((event) => event._tag === "Log" ? [event.content] : []).join("")
      assert.include(output, "Start deployment of my-app")
      const finished = all.at(-1)
      if (finished?._tag !== "Finished") return assert.fail("no end")
      assert.deepInclude(finished.deployment, { status: "success", git_ref: "v1.2.0" })
      const { deployments } = yield* sandbox.app("my-app")
      assert.deepStrictEqual(deployments.at(-1), { id: finished.deployment.id, status: "success" })
      assert.deepStrictEqual(
        (yield* requests).filter((line) => !line.includes("tokens")),
        ["POST /sources", "PUT /sources/:id", "POST /apps/my-app/deployments"]
      )
    }).pipe(withServer()))

  it.scopedLive("returns the deployment to those who only want the end", () =>
    Effect.gen(function*() {
      const deployment = yield* Deploy.run(Deploy.fromDirectory("my-app", yield* folder))
      assert.strictEqual(deployment.status, "success")
    }).pipe(withServer()))

  it.scopedLive("fails with DeploymentFailed, after the output", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.failNextDeployment("my-app", "build-error")
      const seen: Array<Deploy.DeployEvent> = []
      const events = Stream.tap(Deploy.fromDirectory("my-app", yield* folder), (event) =>
        Effect.sync(() => seen.push(event)))
      const error = yield* Effect.flip(Deploy.run(events))
      if (error._tag !== "DeploymentFailed") {
        return assert.fail(error._tag)
      }
      assert.strictEqual(error.deployment.status, "build-error")
      assert.include(
        seen.flatMap((event) =>
          event._tag === "Log" ? [event.content] : []
        ).join(""),
        "Build failed"
      )
      assert.notInclude(tagsOf(seen), "Finished")
    }).pipe(withServer()))

  it.scopedLive("is uploaded to another source when the storage gives no response", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const put = { api: "storage", method: "PUT" } as const
      const rule = yield* sandbox.inject({ on: put, fault: Fault.delay("1 hour") })
      const length = 1000
      let uploads = 0
      const content = Stream.succeed(new Uint8Array(randomBytes(length)))
      const events = Stream.tap(
        Deploy.fromArchive("my-app", { content, length }, { uploadIdleTimeout: "2 minutes" }),
        (event) => Effect.sync(() => event._tag === "Uploading" && event.sent === length && uploads++)
      )
      // The server and the connections have the real clock, the upload one that only this test moves.
      const fiber = yield* Stream.runCollect(Stream.takeUntil(events, ({ _tag }) => _tag === "Created")).pipe(
        Effect.fork
      )
      while (uploads === 0 || (yield* rule.hits) === 0) yield* TestServices.provideLive(Effect.sleep("5 millis"))
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(tagsOf(yield* Fiber.join(fiber)), ["Uploading", "Created"])
      assert.strictEqual(uploads, 2)
      const sent = (yield* requests).filter((line) => !line.includes("tokens"))
      assert.deepStrictEqual(sent, [
        "POST /sources",
        "PUT /sources/:id",
        "POST /sources",
        "PUT /sources/:id",
        "POST /apps/my-app/deployments"
      ])
    }).pipe(Effect.provide(TestContext.TestContext), withServer()))

  it.scopedLive("needs the packed file no longer once it is uploaded", () =>
    Effect.gen(function*() {
      const temporaryDirectory = yield* temporaryFolder
      const left: Array<readonly [string, number]> = []
      yield* Stream.runForEach(Deploy.fromDirectory("my-app", yield* folder, { temporaryDirectory }), ({ _tag }) =>
        Effect.sync(() => left.push([_tag, Fs.readdirSync(temporaryDirectory).length])))
      assert.deepStrictEqual(
        left.find(([tag]) =>
          tag === "Packed"
        ),
        ["Packed", 1]
      )
      assert.deepStrictEqual(left.find(([tag]) => tag === "Created"), ["Created", 0])
    }).pipe(withServer()))

  const hiccups: { readonly [name: string]: Fault.Fault } = {
    "the connection breaks": Fault.reset,
    "the response is lost": Fault.lostResponse,
    "the storage is down": Fault.status(503),
    "the storage is elsewhere": Fault.redirected(307)
  }
  for (const [name, fault] of Object.entries(hiccups)) {
    it.scopedLive(`is uploaded again when ${name}`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const rule = yield* sandbox.inject({ on: { api: "storage", method: "PUT" }, fault })
        const events = yield* Stream.runCollect(Deploy.fromDirectory("my-app", yield* folder))
        assert.strictEqual(yield* rule.hits, 1)
        const begun = Chunk.toReadonlyArray(events).filter((event) => event._tag === "Uploading" && event.sent === 0)
        assert.lengthOf(begun, 2)
        assert.strictEqual(tagsOf(events).at(-1), "Finished")
      }).pipe(withServer()))
  }

  it.scopedLive("gets another source when the URL has expired", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const expired = { on: { api: "storage", method: "PUT" }, fault: Fault.status(403) }
      yield* sandbox.inject(expired)
      yield* Deploy.run(Deploy.fromDirectory("my-app", yield* folder))
      assert.lengthOf((yield* requests).filter((line) => line === "POST /sources"), 2)
      yield* sandbox.inject({ ...expired, times: Number.POSITIVE_INFINITY })
      const error = yield* Effect.flip(Deploy.run(Deploy.fromDirectory("my-app", yield* folder)))
      assert.strictEqual(error._tag, "Forbidden")
    }).pipe(withServer()))

  it.scopedLive("fails before it sends anything when the folder cannot be packed", () =>
    Effect.gen(function*() {
      const directory = yield* folder
      const tooLarge = yield* Effect.flip(Deploy.run(Deploy.fromDirectory("my-app", directory, { maxSize: 1000 })))
      assert.strictEqual(tooLarge._tag, "ArchiveTooLarge")
      const missing = yield* Effect.flip(Deploy.run(Deploy.fromDirectory("my-app", Path.join(directory, "missing"))))
      assert.strictEqual(missing._tag, "ArchiveError")
      assert.deepStrictEqual(yield* requests, [])
    }).pipe(withServer()))

  it.scopedLive("leaves no file when it is interrupted during the upload", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { api: "storage" }, fault: Fault.delay("1 hour") })
      const temporaryDirectory = yield* temporaryFolder
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Stream.runForEach(
        Deploy.fromDirectory("my-app", yield* folder, { temporaryDirectory }),
        ({ _tag }) => _tag === "Uploading" ? Deferred.succeed(begun, undefined) : Effect.void
      ).pipe(Effect.fork)
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(Fs.readdirSync(temporaryDirectory), [])
      assert.lengthOf((yield* sandbox.app("my-app")).deployments, 1)
    }).pipe(withServer()))
})

describe("a deployment of an archive", () => {
  it.scopedLive("takes a file, or what was packed", () =>
    Effect.gen(function*() {
      const archive = yield* Archive.fromDirectory(yield* folder)
      assert.strictEqual((yield* Deploy.run(Deploy.fromArchive("my-app", archive))).status, "success")
      const path = Path.join(yield* temporaryFolder, "code.tar.gz")
      const chunks = yield* Stream.runCollect(archive.content)
      Fs.writeFileSync(path, Buffer.concat(Chunk.toReadonlyArray(chunks)))
      const events = yield* Stream.runCollect(Deploy.fromArchive("my-app", path))
      assert.deepStrictEqual(tagsOf(events).slice(0, 2), ["Uploading", "Created"])
      assert.strictEqual(tagsOf(events).at(-1), "Finished")
      for (const wrong of [`${path}.missing`, Path.dirname(path)]) {
        const error = yield* Effect.flip(Deploy.run(Deploy.fromArchive("my-app", wrong)))
        assert.strictEqual(error._tag, "ArchiveError")
      }
    }).pipe(withServer()))

  it.scopedLive("is refused by the build when it is none", () =>
    Effect.gen(function*() {
      const content = Stream.succeed(new TextEncoder().encode("no archive"))
      const error = yield* Effect.flip(Deploy.run(Deploy.fromArchive("my-app", { content, length: 10 })))
      assert.strictEqual(error._tag, "DeploymentFailed")
    }).pipe(withServer()))

  it.scopedLive("fails with the failure of its content", () =>
    Effect.gen(function*() {
      const content = Stream.concat(Stream.succeed(new Uint8Array(5)), Stream.fail("broken" as const))
      assert.strictEqual(
        yield* Effect.flip(Deploy.run(Deploy.fromArchive("my-app", { content, length: 10 }))),
        "broken"
      )
    }).pipe(withServer()))
})

describe("a deployment of a URL", () => {
  /** The sandbox in memory, and the bodies of the deployments that are created. */
  const recorded = <A, E, R>(test: (bodies: Array<unknown>) => Effect.Effect<A, E, R>) =>
    Effect.suspend(() => {
      const bodies: Array<unknown> = []
      const client = Layer.effect(
        HttpClient.HttpClient,
        Effect.map(
          HttpClient.HttpClient,
          HttpClient.tapRequest((request) =>
            Effect.sync(() => {
              if (!request.url.endsWith("/deployments") || request.body._tag !== "Uint8Array") return
              bodies.push(JSON.parse(new TextDecoder().decode(request.body.body)).deployment)
            })
          )
        )
      )
      const sandbox = Sandbox.layer(seed, { requestLimit: "unlimited" })
      return Effect.provide(
        test(bodies),
        TestClient.layerSignedIn().pipe(Layer.provideMerge(Layer.provideMerge(client, sandbox)))
      )
    })

  /** Runs a deployment while an hour passes. */
  const finish = <E, R>(events: Stream.Stream<Deploy.DeployEvent, E, R>) =>
    Effect.gen(function*() {
      const fiber = yield* Effect.fork(Deploy.run(events))
      yield* TestClock.adjust("1 hour")
      return yield* Fiber.join(fiber)
    })

  const refs: { readonly [url: string]: Deploy.GitRef } = {
    "https://github.com/me/app/archive/v1.2.0.tar.gz": { repository: "https://github.com/me/app", ref: "v1.2.0" },
    "https://github.com/me/app/archive/feature/x%231.tar.gz": {
      repository: "https://github.com/me/app.git/",
      ref: "feature/x#1"
    },
    "https://gitlab.com/group/sub/app/-/archive/v1/app-v1.tar.gz": {
      repository: "https://gitlab.com/group/sub/app",
      ref: "v1"
    },
    "https://gitlab.com/me/app/-/archive/feature/x/app-feature-x.tar.gz": {
      repository: "https://gitlab.com/me/app",
      ref: "feature/x"
    },
    "https://git.example.com/me/app/archive/main.tar.gz": {
      repository: "https://git.example.com/me/app",
      ref: "main",
      provider: "github"
    }
  }
  for (const [url, source] of Object.entries(refs)) {
    it.effect(`fetches ${url}`, () =>
      recorded((bodies) =>
        Effect.gen(function*() {
          assert.strictEqual((yield* finish(Deploy.fromGitRef("my-app", source))).status, "success")
          assert.deepStrictEqual(bodies, [{ source_url: url, git_ref: source.ref }])
        })
      ))
  }

  it.effect("has the label and the hook of the options", () =>
    recorded((bodies) =>
      Effect.gen(function*() {
        const url = "https://example.com/code.tar.gz?token=t"
        yield* finish(Deploy.fromUrl("my-app", Redacted.make(url), { gitRef: "r1", postdeployHook: "bin/migrate" }))
        yield* finish(Deploy.fromUrl("my-app", url))
        assert.deepStrictEqual(bodies, [
          { source_url: url, git_ref: "r1", postdeploy_hook: "bin/migrate" },
          { source_url: url }
        ])
      })
    ))

  it.effect("is refused before anything is sent when it cannot be one", () =>
    recorded(() =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const repository = "https://github.com/me/app"
        const cases = [
          ...["-x", "", "a b", " x"].map((ref) => ["ref", Deploy.fromGitRef("my-app", { repository, ref })] as const),
          ["gitRef", Deploy.fromGitRef("my-app", { repository, ref: "main" }, { gitRef: "--help" })] as const,
          ["gitRef", Deploy.fromUrl("my-app", "https://example.com/x", { gitRef: "-v" })] as const,
          ...[
            "me/app",
            "git@github.com:me/app.git",
            "https://github.com/me",
            "https://example.com/me/app",
            "https://t0ken@github.com/me/app",
            "ssh://github.com/me/app"
          ].map((repository) => ["repository", Deploy.fromGitRef("my-app", { repository, ref: "main" })] as const),
          ...["", "code.tar.gz", "file:///etc/passwd", "ftp://example.com/x"].map((url) =>
            ["url", Deploy.fromUrl("my-app", url)] as const
          )
        ]
        for (const [field, events] of cases) {
          const error = yield* Effect.flip(Deploy.run(events))
          assert.deepInclude(error, { _tag: "InvalidSource", field })
          assert.notInclude(error.message, "t0ken")
        }
        assert.strictEqual(yield* sandbox.countRequests(), 0)
      })
    ))
})
