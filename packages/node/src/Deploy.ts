/**
 * Deploys a folder, an archive, a ref of a repository or a URL, and follows the deployment to its end.
 *
 * ```ts
 * import { Deploy } from "@effect-scalingo/node"
 * import { Console, Effect, Stream } from "effect"
 *
 * // Shows what happens.
 * const shown = Stream.runForEach(Deploy.fromDirectory("my-app", "."), (event) => {
 *   switch (event._tag) {
 *     case "Uploading":
 *       return Console.log(`${event.sent} of ${event.total} bytes`)
 *     case "Log":
 *       return Console.log(event.content)
 *     case "Finished":
 *       return Console.log(`Deployment ${event.deployment.id} is up`)
 *     default:
 *       return Effect.void
 *   }
 * })
 *
 * // Waits for the end.
 * const deployed = Deploy.run(Deploy.fromGitRef("my-app", { repository: "https://github.com/me/my-app", ref: "v1.2.0" }))
 * ```
 *
 * A deployment that fails ends the stream with `DeploymentFailed`. Interrupting the stream stops the packing and the
 * upload, but not a deployment that was created.
 *
 * @since 0.2.0
 */
import {
  type Deployment,
  type DeploymentEvent,
  type DeploymentFailed,
  Deployments,
  type DeploymentsService
} from "@effect-scalingo/core/Deployments"
import { withPriority } from "@effect-scalingo/core/RateLimiter"
import { isRetryable, type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { type Source, Sources, type SourcesService } from "@effect-scalingo/core/Sources"
import { type WaitOptions, WaitTimeout } from "@effect-scalingo/core/Wait"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Archive from "./Archive.js"
import { isRefusedUrl } from "./internal/refusedUrl.js"

/**
 * What every deployment takes.
 *
 * @category models
 */
export interface Options extends WaitOptions {
  /** A label of your choice, which becomes a part of the image's tag. Default: none. */
  readonly gitRef?: string | undefined
  /** A command to run between the build and the start. */
  readonly postdeployHook?: string | undefined
  /** How long the storage may take no bytes, and give no response. Then the upload begins anew. Default 2 minutes. */
  readonly uploadIdleTimeout?: Duration.DurationInput | undefined
}

/**
 * What is deployed, and how it is packed.
 *
 * @category models
 */
export interface DirectoryOptions extends Options, Archive.Options {}

/**
 * An archive: a `.tar.gz` with exactly one folder at its root. `Archive.fromDirectory` makes one.
 *
 * @category models
 */
export interface Content<E = never> {
  /** Gives the same bytes each time that it runs. */
  readonly content: Stream.Stream<Uint8Array, E>
  /** In bytes, exactly. */
  readonly length: number
}

/**
 * A ref of a public repository.
 *
 * @category models
 */
export interface GitRef {
  /** `https://github.com/me/my-app`, with or without `.git` at its end. */
  readonly repository: string
  /** A branch, a tag or a commit. */
  readonly ref: string
  /** What runs the host. Known for `github.com`, `gitlab.com` and hosts with `gitlab` in their name. */
  readonly provider?: "github" | "gitlab" | undefined
}

/**
 * What happens in a deployment, from the first file to the end. Others may be added: handle what you know.
 *
 * @category models
 */
export type DeployEvent =
  | { readonly _tag: "Packing"; readonly directory: string }
  /** `length` is that of the upload, `size` the one before the compression, both in bytes. */
  | { readonly _tag: "Packed"; readonly files: number; readonly length: number; readonly size: number }
  /** The bytes that were handed to the connection. Begins at 0 again with each attempt. */
  | { readonly _tag: "Uploading"; readonly sent: number; readonly total: number }
  | { readonly _tag: "Created"; readonly deployment: Deployment }
  /** What is new, the output, and each status: see `Deployments.follow`. */
  | DeploymentEvent
  /** The last one: the deployment in its final state. */
  | { readonly _tag: "Finished"; readonly deployment: Deployment }

/**
 * What is to be deployed cannot be: a ref that begins with a hyphen, a repository whose host is not known, a URL that is
 * none. Nothing was sent.
 *
 * @category errors
 */
export class InvalidSource
  extends Schema.TaggedError<InvalidSource>("@effect-scalingo/node/InvalidSource")("InvalidSource", {
    field: Schema.Literal("gitRef", "ref", "repository", "url"),
    /** What would be right. */
    expected: Schema.String
  })
{
  override get message(): string {
    return `${this.field} is not valid: expected ${this.expected}`
  }
}

/**
 * The storage took no bytes and gave no response for too long, in every attempt.
 *
 * @category errors
 */
export class UploadStalled
  extends Schema.TaggedError<UploadStalled>("@effect-scalingo/node/UploadStalled")("UploadStalled", {
    /** The bytes that were handed to the connection. */
    sent: Schema.Number,
    total: Schema.Number
  })
{
  override get message(): string {
    return `The upload stopped after ${this.sent} of ${this.total} bytes. Check the network, and deploy again`
  }
}

/**
 * The failures of every deployment.
 *
 * @category errors
 */
export type DeployFailure = ScalingoError | DeploymentFailed | WaitTimeout<Deployment> | InvalidSource | UploadStalled

/**
 * The failures of packing.
 *
 * @category errors
 */
export type PackFailure =
  | Archive.ArchiveError
  | Archive.ArchiveTooLarge
  | Archive.LinkRefused
  | Archive.FileChanged

// --- Following

type FollowFailure = ScalingoError | DeploymentFailed | WaitTimeout<Deployment>

const defaultTimeout = "15 minutes"

/** What is known of a deployment that is followed. */
interface Known {
  last: Deployment
  /** In milliseconds of the Clock. The time in the queue does not count. */
  deadline: number
}

/** Fails when a deployment has been under way for too long. */
const limit = (
  app: string,
  known: Known,
  timeout: Duration.Duration
): Effect.Effect<never, WaitTimeout<Deployment>> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    now < known.deadline
      ? Effect.zipRight(Effect.sleep(known.deadline - now), limit(app, known, timeout))
      : Effect.fail(
        new WaitTimeout<Deployment>({
          subject: `deployment ${known.last.id} of the app ${app}`,
          timeout,
          status: known.last.status ?? undefined,
          last: known.last
        })
      ))

/** What follows a created deployment: its events, and its end. */
const follow = (
  deployments: DeploymentsService,
  app: string,
  created: Deployment,
  options: Options
): Stream.Stream<DeployEvent, FollowFailure> =>
  Stream.unwrap(Effect.map(Clock.currentTimeMillis, (now) => {
    const timeout = Duration.decode(options.timeout ?? defaultTimeout)
    const millis = Duration.toMillis(timeout)
    const known: Known = { last: created, deadline: now + millis }
    /** Asks as often as a queue moves, so that the time in it does not count. */
    const watchQueue: Effect.Effect<void, ScalingoError> = Effect.gen(function*() {
      while (known.last.status === "queued") {
        yield* Effect.sleep("30 seconds")
        const last = yield* Effect.catchIf(
          deployments.get(app, created.id),
          isRetryable,
          () => Effect.succeed(undefined)
        )
        if (last === undefined) continue
        known.last = last
        known.deadline = (yield* Clock.currentTimeMillis) + millis
      }
    }).pipe(withPriority("background"))
    const events = Stream.tap(deployments.follow(app, created.id), (event) =>
      event._tag !== "Status" ? Effect.void : Effect.map(Clock.currentTimeMillis, (now) => {
        if (known.last.status === "queued") {
          known.deadline = now + millis
        }
        known.last = { ...known.last, status: event.status }
      }))
    return Stream.concat(
      Stream.interruptWhen(events, Effect.zipRight(watchQueue, limit(app, known, timeout))),
      // It has ended. This says how.
      Stream.map(
        Stream.fromEffect(deployments.await(app, created.id)),
        (deployment): DeployEvent => ({ _tag: "Finished", deployment })
      )
    )
  }))

// --- Uploading

/** Uploads an archive to a source, and says how far it is. */
const uploadTo = <E>(
  sources: SourcesService,
  { upload_url }: Source,
  { content, length }: Content<E>,
  idleTimeout: Duration.DurationInput
): Stream.Stream<DeployEvent, ScalingoError | UploadStalled | E> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    let sent = 0
    const mailbox = yield* Mailbox.make<DeployEvent, ScalingoError | E>()
    const report = () => mailbox.unsafeOffer({ _tag: "Uploading", sent, total: length })
    // Each attempt begins at 0.
    const counted = Stream.suspend(() => {
      sent = 0
      report()
      return Stream.map(content, (bytes) => {
        sent += bytes.length
        report()
        return bytes
      })
    })
    yield* sources.upload(upload_url, { content: counted, length }).pipe(Mailbox.into(mailbox), Effect.forkScoped)
    return Stream.timeoutFail(
      Mailbox.toStream(mailbox),
      () => new UploadStalled({ sent, total: length }),
      idleTimeout
    )
  }))

/** Attempts of an upload that stops. Those that fail in another way are repeated by the library. */
const stalledAttempts = 3

/** Uploads an archive to a new source, and to another one when the URL has expired meanwhile, or the upload stops. */
const upload = <E>(
  sources: SourcesService,
  archive: Content<E>,
  idleTimeout: Duration.DurationInput,
  onSource: (source: Source) => void
): Stream.Stream<DeployEvent, ScalingoError | UploadStalled | E> => {
  type Failure = ScalingoError | UploadStalled | E
  const once: Stream.Stream<DeployEvent, Failure> = Stream.unwrap(Effect.map(sources.create, (source) => {
    onSource(source)
    return uploadTo(sources, source, archive, idleTimeout)
  }))
  const again = (attempt: number, wasRefused: boolean): Stream.Stream<DeployEvent, Failure> =>
    Stream.catchAll(once, (error) =>
      isRefusedUrl(error) && !wasRefused
        ? again(attempt, true)
        : error instanceof UploadStalled && attempt < stalledAttempts
        ? again(attempt + 1, wasRefused)
        : Stream.fail(error))
  return again(1, false)
}

// --- Deploying

const checkRef = (field: "gitRef" | "ref", ref: string | undefined): Effect.Effect<void, InvalidSource> =>
  ref === undefined || /^[^-\s]\S*$/.test(ref)
    ? Effect.void
    : Effect.fail(new InvalidSource({ field, expected: "a name without blanks that does not begin with a hyphen" }))

/** Creates a deployment from a URL, and follows it. */
const deploy = (
  app: string,
  url: Redacted.Redacted,
  options: Options
): Stream.Stream<DeployEvent, FollowFailure, Deployments> =>
  Stream.unwrap(Effect.gen(function*() {
    const deployments = yield* Deployments
    const deployment = yield* deployments.create(app, {
      source_url: url,
      ...(options.gitRef === undefined ? {} : { git_ref: options.gitRef }),
      ...(options.postdeployHook === undefined ? {} : { postdeploy_hook: options.postdeployHook })
    })
    const created: DeployEvent = { _tag: "Created", deployment }
    return Stream.concat(Stream.succeed(created), follow(deployments, app, deployment, options))
  }))

/** Uploads an archive, which is no longer needed afterwards, and deploys it. */
const uploadAndDeploy = <E, E2, R>(
  app: string,
  options: Options,
  archive: Effect.Effect<readonly [before: Stream.Stream<DeployEvent>, archive: Content<E>], E2, R>
): Stream.Stream<DeployEvent, DeployFailure | E | E2, Sources | Deployments | Exclude<R, Scope.Scope>> =>
  Stream.suspend(() => {
    let source: Source | undefined
    const uploaded = Stream.unwrapScoped(Effect.gen(function*() {
      yield* checkRef("gitRef", options.gitRef)
      const sources = yield* Sources
      const [before, content] = yield* archive
      return Stream.concat(
        before,
        upload(sources, content, options.uploadIdleTimeout ?? "2 minutes", (created) => {
          source = created
        })
      )
    }))
    return Stream.concat(
      uploaded,
      Stream.suspend(() => source === undefined ? Stream.empty : deploy(app, source.download_url, options))
    )
  })

/**
 * Packs a directory, uploads it and deploys it. See `Archive` for what is packed. The archive is removed after the upload.
 *
 * @category constructors
 */
export const fromDirectory = (
  app: string,
  directory: string,
  options: DirectoryOptions = {}
): Stream.Stream<DeployEvent, DeployFailure | PackFailure, Sources | Deployments> =>
  Stream.concat(
    Stream.succeed<DeployEvent>({ _tag: "Packing", directory }),
    uploadAndDeploy(
      app,
      options,
      Effect.map(Archive.fromDirectory(directory, options), (archive) => {
        const { files, length, size } = archive
        return [Stream.succeed<DeployEvent>({ _tag: "Packed", files, length, size }), archive] as const
      })
    )
  )

/**
 * Uploads a `.tar.gz` with one folder at its root and deploys it: a file by its path, or any content.
 *
 * @category constructors
 */
export const fromArchive = <E = never>(
  app: string,
  archive: string | Content<E>,
  options: Options = {}
): Stream.Stream<DeployEvent, DeployFailure | Archive.ArchiveError | E, Sources | Deployments> => {
  const content: Effect.Effect<Content<E | Archive.ArchiveError>, Archive.ArchiveError, Scope.Scope> =
    typeof archive === "string" ? Archive.fromFile(archive) : Effect.succeed(archive)
  return uploadAndDeploy(app, options, Effect.map(content, (content) => [Stream.empty, content] as const))
}

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/")

/** The URL of the archive that the host of a repository makes of a ref. */
const archiveUrl = ({ provider, ref, repository }: GitRef): Effect.Effect<string, InvalidSource> =>
  Effect.gen(function*() {
    yield* checkRef("ref", ref)
    const fail = (expected: string) => new InvalidSource({ field: "repository", expected })
    if (!URL.canParse(repository)) return yield* fail("a URL such as https://github.com/me/my-app")
    const { hostname, origin, password, pathname, protocol, username } = new URL(repository)
    if (protocol !== "https:" && protocol !== "http:") {
      return yield* fail("an https URL, such as https://github.com/me/my-app")
    }
    if (username !== "" || password !== "") return yield* fail("a public repository, without credentials in its URL")
    const path = pathname.replace(/\/+$/, "").replace(/\.git$/, "")
    const name = path.slice(path.lastIndexOf("/") + 1)
    if (!/^\/[^/]+(\/[^/]+)+$/.test(path)) return yield* fail("the owner and the name in the URL")
    const known = hostname === "github.com" ? "github" : hostname.includes("gitlab") ? "gitlab" : undefined
    switch (provider ?? known) {
      case "github":
        return `${origin}${path}/archive/${encodePath(ref)}.tar.gz`
      case "gitlab":
        return `${origin}${path}/-/archive/${encodePath(ref)}/${name}-${
          encodeURIComponent(ref.replaceAll("/", "-"))
        }.tar.gz`
      default:
        return yield* fail("a host of GitHub or GitLab; set provider for others")
    }
  })

/**
 * Deploys a branch, a tag or a commit of a public repository on GitHub or GitLab. The platform fetches the archive from
 * there. The ref is the `git_ref` of the deployment, unless the options have another one.
 *
 * @category constructors
 */
export const fromGitRef = (
  app: string,
  source: GitRef,
  options: Options = {}
): Stream.Stream<DeployEvent, DeployFailure, Deployments> =>
  Stream.unwrap(Effect.gen(function*() {
    yield* checkRef("gitRef", options.gitRef)
    const url = yield* archiveUrl(source)
    return deploy(app, Redacted.make(url), { gitRef: source.ref, ...options })
  }))

/**
 * Deploys what is behind an http(s) URL that the platform can reach: a `.tar.gz` with one folder at its root.
 *
 * @category constructors
 */
export const fromUrl = (
  app: string,
  url: string | Redacted.Redacted,
  options: Options = {}
): Stream.Stream<DeployEvent, DeployFailure, Deployments> =>
  Stream.unwrap(Effect.gen(function*() {
    yield* checkRef("gitRef", options.gitRef)
    const text = typeof url === "string" ? url : Redacted.value(url)
    if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
      return yield* new InvalidSource({ field: "url", expected: "an http or https URL" })
    }
    return deploy(app, Redacted.make(text), options)
  }))

/**
 * Runs a deployment to its end, and returns it in its final state.
 *
 * @category combinators
 */
export const run = <E, R>(events: Stream.Stream<DeployEvent, E, R>): Effect.Effect<Deployment, E, R> =>
  Effect.flatMap(
    Stream.runFold(events, Option.none<Deployment>(), (last, event) =>
      event._tag === "Finished" ? Option.some(event.deployment) : last),
    Option.match({
      onNone: () =>
        Effect.dieMessage("a deployment ended without its last event"),
      onSome: (deployment) =>
        Effect.succeed(deployment)
    })
  )
