/**
 * One-off containers: a command in a container of its own, with the code and the variables of an app. `exec` runs one and
 * collects its output, `attach` gives the bytes of its terminal in both directions, `interactive` connects it to the
 * terminal of this process, and `run` leaves it to itself.
 *
 * An attached container has a terminal, not pipes. Standard output and standard error are one stream, lines end with CRLF,
 * and what is sent is shown in the output. Input is not safe for bytes: control characters act, and lines of more than
 * 4,096 bytes are cut. Upload a file instead: it is then in `/tmp/uploads`.
 *
 * The platform stops an attached container that loses its client, and one without a byte in either direction for 30
 * minutes. It records what is typed and shown.
 *
 * ```ts
 * import { NodeScalingo, OneOff } from "@effect-scalingo/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const oneOff = yield* OneOff.OneOff
 *   const { exitCode, output } = yield* oneOff.exec("my-app", "rake db:version")
 *   yield* Effect.log(exitCode, output)
 * })
 *
 * Effect.runPromise(Effect.provide(program, NodeScalingo.layerConfig))
 * ```
 *
 * @since 0.2.0
 */
import { Apps } from "@effect-scalingo/core/Apps"
import { ConnectClient, type ConnectError } from "@effect-scalingo/core/ConnectClient"
import { type Container, OneOffExit, type RunOneOff, type StartedOneOff } from "@effect-scalingo/core/Container"
import { Logs } from "@effect-scalingo/core/Logs"
import { type Operation, type OperationFailed, Operations } from "@effect-scalingo/core/Operations"
import { withPriority } from "@effect-scalingo/core/RateLimiter"
import { RegionDirectory } from "@effect-scalingo/core/RegionDirectory"
import { ScalingoConfig } from "@effect-scalingo/core/ScalingoConfig"
import { InvalidRequest, isRetryable, type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { TokenManager } from "@effect-scalingo/core/TokenManager"
import * as Transport from "@effect-scalingo/core/Transport"
import * as TrustedHosts from "@effect-scalingo/core/TrustedHosts"
import { type WaitOptions, WaitTimeout } from "@effect-scalingo/core/Wait"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Collected from "./internal/collectedOutput.js"
import { exitCodeIn } from "./internal/managerLine.js"
import * as Host from "./internal/oneOffHost.js"
import { commandText, withoutProcessing } from "./internal/shell.js"
import * as Terminal from "./internal/terminal.js"
import { checkFiles, fileBody, type UploadFile } from "./internal/uploads.js"

/**
 * The container runs, and cannot be used: there is no connection to it, it was refused, or a file was not taken. The
 * command was not started, except when the step is `resize`. `detail` names the host and the port.
 *
 * @category errors
 */
export class AttachFailed
  extends Schema.TaggedError<AttachFailed>("@effect-scalingo/node/AttachFailed")("AttachFailed", {
    /** The app's name or id. */
    app: Schema.String,
    /** The label of the container, `one-off-1234`. */
    container: Schema.String,
    step: Schema.Literal("connect", "upload", "resize"),
    /** The HTTP status, if there was a response. */
    status: Schema.UndefinedOr(Schema.Number),
    detail: Schema.String
  })
{
  override get message(): string {
    const { app, container, detail, step } = this
    const what = { connect: "cannot be attached to", upload: "did not get a file", resize: "was not resized" }[step]
    return `The one-off container ${container} of the app ${app} ${what}: ${detail}`
  }
}

/**
 * The connection to a running container broke, or its output was not read to the end. The platform stops such a
 * container, and there is no way to attach to it again: how far the command came is unknown.
 *
 * @category errors
 */
export class AttachLost extends Schema.TaggedError<AttachLost>("@effect-scalingo/node/AttachLost")("AttachLost", {
  /** The app's name or id. */
  app: Schema.String,
  /** The label of the container. */
  container: Schema.String,
  detail: Schema.String,
  /** The output so far, from the methods that collect it. */
  output: Schema.UndefinedOr(Schema.String)
}) {
  override get message(): string {
    return `The connection to the one-off container ${this.container} of the app ${this.app} was lost: ${this.detail}. ` +
      "The platform stops the command. Use a detached container for what must go on"
  }
}

/**
 * The platform stopped the container, since no byte went in either direction for 30 minutes.
 *
 * @category errors
 */
export class AttachInactive
  extends Schema.TaggedError<AttachInactive>("@effect-scalingo/node/AttachInactive")("AttachInactive", {
    /** The app's name or id. */
    app: Schema.String,
    /** The label of the container. */
    container: Schema.String,
    /** The output so far, from the methods that collect it. */
    output: Schema.UndefinedOr(Schema.String)
  })
{
  override get message(): string {
    return `The one-off container ${this.container} of the app ${this.app} was stopped: nothing was typed or shown ` +
      "for 30 minutes. Use a detached container for a command that is silent for so long"
  }
}

/**
 * The command has ended, and the platform does not say with which exit code.
 *
 * @category errors
 */
export class ExitCodeUnknown
  extends Schema.TaggedError<ExitCodeUnknown>("@effect-scalingo/node/ExitCodeUnknown")("ExitCodeUnknown", {
    /** The app's name or id. */
    app: Schema.String,
    /** The label of the container. */
    container: Schema.String,
    detail: Schema.String
  })
{
  override get message(): string {
    return `The one-off container ${this.container} of the app ${this.app} has ended, with an unknown exit code: ` +
      this.detail
  }
}

/**
 * The exit code of the command is not 0.
 *
 * @category errors
 */
export class CommandFailed
  extends Schema.TaggedError<CommandFailed>("@effect-scalingo/node/CommandFailed")("CommandFailed", {
    /** The app's name or id. */
    app: Schema.String,
    /** The label of the container. */
    container: Schema.String,
    exitCode: Schema.Number,
    /** The last lines of the output, at most 20. */
    lastLines: Schema.Array(Schema.String)
  })
{
  override get message(): string {
    const last = this.lastLines.at(-1)
    return `The command in the one-off container ${this.container} of the app ${this.app} ended with exit code ` +
      `${this.exitCode}${last === undefined ? "" : `: ${Collected.printable(last)}`}`
  }
}

/**
 * What a container runs.
 *
 * @category models
 */
export interface RunOptions {
  /** As a text, the command as it is. As an array, a program and its arguments, each of which is quoted for a shell. */
  readonly command: string | ReadonlyArray<string>
  /** Additional variables. They override the variables of the app. */
  readonly env?: RunOneOff["env"] | undefined
  /** The name of the size. Default `M`. */
  readonly size?: string | undefined
}

/**
 * What a container runs, and what else it gets before.
 *
 * @category models
 */
export interface AttachOptions extends RunOptions {
  /**
   * Paths of files on this machine. They are in `/tmp/uploads` of the container, by their names, before the command
   * starts. At most 104,857,600 bytes each.
   */
  readonly files?: ReadonlyArray<string> | undefined
  /** The columns of the terminal. Used with `height`. */
  readonly width?: number | undefined
  /** The lines of the terminal. Used with `width`. */
  readonly height?: number | undefined
}

/**
 * The options of `exec`.
 *
 * @category models
 */
export interface ExecOptions extends Omit<AttachOptions, "command"> {
  /**
   * Runs the command as `sh -c 'stty -opost -echo; …'`: lines end as the program writes them, and nothing is echoed.
   * Default `false`.
   */
  readonly raw?: boolean | undefined
  /** Whether an exit code other than 0 is the failure `CommandFailed`. Default `false`. */
  readonly failOnExitCode?: boolean | undefined
  /** How much of the output is kept, in bytes. The rest is read and dropped. Default 16 MiB. */
  readonly maxOutput?: number | undefined
}

/**
 * The options of `interactive`.
 *
 * @category models
 */
export interface InteractiveOptions extends Omit<AttachOptions, "width" | "height"> {}

/**
 * The result of `exec`.
 *
 * @category models
 */
export interface ExecResult {
  readonly exitCode: number
  /** Standard output and standard error, decoded as UTF-8. */
  readonly output: string
  /** Whether there was more output than `maxOutput`. */
  readonly isTruncated: boolean
  readonly container: Container
}

/**
 * Why a container was not attached to.
 *
 * @category models
 */
export type AttachError = ScalingoError | OperationFailed | WaitTimeout<Operation> | AttachFailed | AttachLost

/**
 * Why there is no exit code.
 *
 * @category models
 */
export type EndError = ScalingoError | AttachLost | AttachInactive | ExitCodeUnknown

/**
 * The terminal of a running container.
 *
 * @category models
 */
export interface Attached {
  readonly container: Container
  /** What the command writes, as fast as it is consumed. Can be run once. */
  readonly output: Stream.Stream<Uint8Array, AttachLost>
  /** Types bytes. */
  readonly send: (bytes: Uint8Array) => Effect.Effect<void, AttachLost>
  /**
   * Types the byte 04, which ends the input at the beginning of a line. Within a line it only hands over the line so
   * far: send it twice.
   */
  readonly endInput: Effect.Effect<void, AttachLost>
  /** Types the byte that a terminal turns into the signal: Ctrl-C, Ctrl-\ or Ctrl-Z. */
  readonly signal: (signal: "SIGINT" | "SIGQUIT" | "SIGTSTP") => Effect.Effect<void, AttachLost>
  /** Changes the size of the terminal: `PUT` on the URL of the container. */
  readonly resize: (width: number, height: number) => Effect.Effect<void, AttachFailed | ScalingoError>
  /**
   * The exit code of the command, once `output` has been consumed to its end: `GET …/wait` on the URL of the container.
   * Fails with `AttachLost` when the connection broke, or when the output was left before its end. Transient failures
   * are retried for a minute.
   */
  readonly exitCode: Effect.Effect<number, EndError>
}

/**
 * The methods of {@link OneOff}. `app` is the name or the id of an app.
 *
 * @category models
 */
export interface OneOffService {
  /**
   * Starts a container (`POST /apps/:app/run`), waits until it runs, uploads the files and attaches to it. The command
   * starts then. Closing the scope stops the container, if it has not ended: `POST /apps/:app/containers/:containerId/stop`.
   *
   * Fails with `InvalidRequest` before anything is sent when a file is missing or too large, and when the platform names
   * a host that may not get the bearer.
   *
   * ```ts
   * const program = Effect.scoped(Effect.gen(function*() {
   *   const { output, send, exitCode } = yield* oneOff.attach("my-app", { command: "psql", files: ["dump.sql"] })
   *   yield* send(new TextEncoder().encode("\\i /tmp/uploads/dump.sql\n\\q\n"))
   *   yield* Stream.runForEach(output, (bytes) => Effect.sync(() => process.stdout.write(bytes)))
   *   return yield* exitCode
   * }))
   * ```
   */
  readonly attach: (app: string, options: AttachOptions) => Effect.Effect<Attached, AttachError, Scope.Scope>

  /**
   * Runs a command to its end, as `attach` does (`POST /apps/:app/run`), and returns its output and its exit code. Its
   * input is empty. With `failOnExitCode`, an exit code other than 0 fails with `CommandFailed`. An interruption stops
   * the container.
   *
   * ```ts
   * const { output } = yield* oneOff.exec("my-app", ["rake", "report[weekly, all]"], { failOnExitCode: true })
   * ```
   */
  readonly exec: (
    app: string,
    command: string | ReadonlyArray<string>,
    options?: ExecOptions
  ) => Effect.Effect<ExecResult, AttachError | EndError | CommandFailed>

  /**
   * Connects the terminal of this process to a command (`POST /apps/:app/run`), and returns its exit code. The terminal
   * is in raw mode meanwhile, so that Ctrl-C and the like are keys for the command, and is put back at the end, on a
   * failure, on an interruption, and on SIGHUP and SIGQUIT, which end it with `AttachLost`. The size follows the
   * window, and the variable `TERM` is this terminal's.
   *
   * Without a terminal, stdin is typed as it comes and its end ends the input. SIGINT, SIGQUIT and SIGTSTP are then typed
   * as well, except on Windows.
   *
   * ```ts
   * const exitCode = yield* oneOff.interactive("my-app", { command: "bash" })
   * ```
   */
  readonly interactive: (
    app: string,
    options: InteractiveOptions
  ) => Effect.Effect<number, AttachError | EndError>

  /**
   * Starts a detached container (`POST /apps/:app/run`), and returns when it runs. Its output is in the logs of the app.
   * Nothing stops it but its end or `Apps.stopContainer`. Files are not possible: `InvalidRequest`.
   *
   * ```ts
   * const container = yield* oneOff.run("my-app", { command: "rake db:migrate" })
   * const exitCode = yield* oneOff.awaitDetached("my-app", container)
   * ```
   */
  readonly run: (
    app: string,
    options: RunOptions & Pick<AttachOptions, "files">
  ) => Effect.Effect<Container, ScalingoError | OperationFailed | WaitTimeout<Operation>>

  /**
   * Waits until a detached container is gone (`GET /apps/:app/ps`), and returns its exit code, which the platform writes
   * to the logs. Without `timeout` it waits as long as the container runs. An interruption stops only the wait.
   *
   * The words of that line are not documented: a line of `manager` that names the container and has a number behind
   * `exited`, `status` or `code`. When none comes within 30 seconds after the end, the wait fails with
   * `ExitCodeUnknown`.
   */
  readonly awaitDetached: (
    app: string,
    container: Container,
    options?: WaitOptions
  ) => Effect.Effect<number, ScalingoError | ExitCodeUnknown | WaitTimeout<Container>>
}

/**
 * Runs commands in one-off containers.
 *
 * @category tags
 */
export class OneOff extends Context.Tag("@effect-scalingo/node/OneOff")<OneOff, OneOffService>() {}

/** How long the end of a program may be delayed to stop a container. */
const stopTimeout = "10 seconds"

/** The command has ended, so the platform only needs to come back. */
const waitRetries = Schedule.exponential("500 millis", 1.5).pipe(
  Schedule.jittered,
  Schedule.union(Schedule.spaced("5 seconds")),
  Schedule.upTo("1 minute")
)

/** The delays of all waits: 1 s, 1.5 s … up to 10 s. */
const pollDelays = Schedule.exponential("1 second", 1.5).pipe(
  Schedule.union(Schedule.spaced("10 seconds")),
  Schedule.jittered
)

/** How long the last line of a container may take. */
const logDelays = Schedule.upTo(pollDelays, "30 seconds")

const uploadRetries = Schedule.exponential("1 second").pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(3)))

const decodeExit = Schema.decodeUnknownOption(Schema.parseJson(OneOffExit))

const signals = { SIGINT: 0x03, SIGQUIT: 0x1c, SIGTSTP: 0x1a } as const

/** The label as logs have it. */
const labelOf = ({ label, type, type_index }: Container): string => label ?? `${type}-${type_index}`

/** A failure of a request that may succeed later. */
class Transient extends Data.TaggedError("Transient")<{
  readonly status: number | undefined
  readonly detail: string
}> {}

/** What is awaited has not happened. */
class NotYet extends Data.TaggedError("NotYet")<{}> {}

const isNotYet = (error: { readonly _tag: string }): boolean => error._tag === "NotYet"

const make = Effect.gen(function*() {
  const apps = yield* Apps
  const operations = yield* Operations
  const config = yield* ScalingoConfig
  const regions = yield* RegionDirectory
  const logs = yield* Logs
  const client = yield* HttpClient.HttpClient
  const dependencies: Host.HostDependencies = {
    client,
    connectClient: yield* ConnectClient,
    tokens: yield* TokenManager,
    userAgent: config.userAgent
  }
  const { streamsKeepLength } = Transport.fromHttpClient(client)

  const checkHost = (url: Redacted.Redacted) =>
    TrustedHosts.check("OneOff.attach", Redacted.value(url)).pipe(
      Effect.provideService(RegionDirectory, regions),
      Effect.provideService(ScalingoConfig, config)
    )

  /** Stops a container, if that is possible within a short time. One that did not start or is gone is no failure. */
  const stop = (app: string, started: Effect.Effect<StartedOneOff, ScalingoError>): Effect.Effect<void> =>
    Effect.matchEffect(started, {
      onFailure: () => Effect.void,
      onSuccess: ({ container }) => apps.stopContainer(app, container.id)
    }).pipe(
      Effect.catchTag("NotFound", () => Effect.void),
      Effect.interruptible,
      Effect.timeout(stopTimeout),
      Effect.catchAllCause((cause) =>
        Effect.logWarning(`Scalingo: a one-off container of the app ${app} was not stopped`, cause)
      )
    )

  /** Starts a container that is stopped with the scope, unless it has ended. An interruption leaves none behind. */
  const start = (
    app: string,
    oneOff: RunOneOff,
    hasEnded: () => boolean
  ): Effect.Effect<StartedOneOff, ScalingoError, Scope.Scope> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function*() {
        const request = yield* Effect.forkDaemon(Effect.interruptible(apps.run(app, oneOff)))
        const started = yield* restore(Fiber.join(request)).pipe(
          Effect.onInterrupt(() => Effect.zipRight(stop(app, Fiber.join(request)), Fiber.interruptFork(request)))
        )
        yield* Effect.addFinalizer(() => hasEnded() ? Effect.void : stop(app, Effect.succeed(started)))
        return started
      })
    )

  const attach: OneOffService["attach"] = (app, { command, env, files: paths = [], height, size, width }) =>
    Effect.gen(function*() {
      const files = yield* checkFiles("OneOff.attach", paths)
      let hasEnded = false
      const started = yield* start(app, {
        command: commandText(command),
        ...(env === undefined ? {} : { env }),
        ...(size === undefined ? {} : { size }),
        ...(files.length === 0 ? {} : { has_uploads: true })
      }, () => hasEnded)
      const { container } = started
      const label = labelOf(container)
      const failed = (step: AttachFailed["step"], detail: string, status?: number) =>
        new AttachFailed({ app, container: label, step, detail, status })
      const lost = (detail: string) => new AttachLost({ app, container: label, detail, output: undefined })

      const operation = yield* operations.await(started.operation)
      const attachUrl = operation.start_one_off_data?.attach_url ?? operation.attach_url ?? started.attach_url
      if (attachUrl === null || attachUrl === undefined) {
        return yield* failed("connect", "the platform names no URL for it")
      }
      const host = Host.make(dependencies, yield* checkHost(attachUrl))

      const upload = (file: UploadFile) =>
        Effect.gen(function*() {
          const body = yield* Effect.mapError(
            fileBody(file, streamsKeepLength),
            ({ message }) => failed("upload", message)
          )
          const { status } = yield* Effect.catchTag(host.request("POST", "/files", body), "NoResponse", ({ message }) =>
            new Transient({ status: undefined, detail: message }))
          const detail = `${file.name} was refused with status ${status}`
          if (Host.isTransient(status)) {
            return yield* new Transient({ status, detail })
          }
          if (status < 200 || status >= 300) {
            return yield* failed("upload", detail, status)
          }
        }).pipe(
          Effect.retry({
            schedule: uploadRetries,
            while: (error) =>
              error._tag === "Transient"
          }),
          Effect.catchTag("Transient", ({ detail, status }) =>
            failed("upload", detail, status))
        )
      yield* Effect.forEach(files, upload, { discard: true })

      const connection = yield* Effect.catchTag(
        host.connect,
        "ConnectError",
        // Without a response, the command may have been started.
        ({ message, reason }) =>
          Effect.fail<AttachFailed | AttachLost>(reason === "NotOpened" ? failed("connect", message) : lost(message))
      )
      if (connection.status !== 200) {
        return yield* failed("connect", `it was refused with status ${connection.status}`, connection.status)
      }

      const toLost = ({ message }: ConnectError) => lost(message)
      const resize: Attached["resize"] = (width, height) =>
        host.request("PUT", "", HttpBody.unsafeJson({ width, height })).pipe(
          Effect.catchTag("NoResponse", ({ message }) => failed("resize", message)),
          Effect.flatMap(({ status }) =>
            status >= 200 && status < 300
              ? Effect.void
              : failed("resize", `it was refused with status ${status}`, status)
          )
        )

      const end = yield* Deferred.make<void, AttachLost>()
      const scope = yield* Effect.scope
      let isSized = width === undefined || height === undefined
      const output = connection.incoming.pipe(
        Stream.mapError(toLost),
        Stream.mapChunksEffect((chunk) => {
          if (isSized || width === undefined || height === undefined) return Effect.succeed(chunk)
          isSized = true
          // The terminal exists from its first byte on.
          return Effect.as(Effect.forkIn(Effect.ignoreLogged(resize(width, height)), scope), chunk)
        }),
        Stream.concat(
          Stream.execute(Effect.suspend(() => {
            hasEnded = true
            return Deferred.succeed(end, undefined)
          }))
        ),
        Stream.tapError((error) => Deferred.fail(end, error)),
        Stream.ensuring(Deferred.fail(end, lost("its output was not read to the end")))
      )

      const unknown = (detail: string) => new ExitCodeUnknown({ app, container: label, detail })
      const wait = Effect.gen(function*() {
        const { status, text } = yield* Effect.catchTag(
          host.request("GET", "/wait"),
          "NoResponse",
          ({ message }) => new Transient({ status: undefined, detail: message })
        )
        if (status === 408) return yield* new AttachInactive({ app, container: label, output: undefined })
        const detail = `the question for it was refused with status ${status}`
        if (Host.isTransient(status)) return yield* new Transient({ status, detail })
        if (status !== 200) return yield* unknown(detail)
        const code = Option.getOrUndefined(decodeExit(text))?.exit_code
        return typeof code === "number" ? code : yield* unknown("the platform does not know it")
      }).pipe(
        Effect.retry({ schedule: waitRetries, while: (error) => error._tag === "Transient" }),
        Effect.catchTag("Transient", ({ detail }) => unknown(detail))
      )

      const send: Attached["send"] = (bytes) => Effect.mapError(connection.send(bytes), toLost)
      return {
        container,
        output,
        send,
        endInput: send(Uint8Array.of(0x04)),
        signal: (signal) => send(Uint8Array.of(signals[signal])),
        resize,
        exitCode: Effect.zipRight(Deferred.await(end), wait)
      }
    })

  const exec: OneOffService["exec"] = (app, command, options = {}) => {
    const { failOnExitCode = false, maxOutput = 16 * 1024 * 1024, raw = false, ...rest } = options
    return Effect.scoped(Effect.gen(function*() {
      if (!(maxOutput >= 0)) {
        return yield* new InvalidRequest({ endpoint: "OneOff.exec", field: "maxOutput", expected: "a number of bytes" })
      }
      const text = commandText(command)
      const attached = yield* attach(app, { ...rest, command: raw && text !== "" ? withoutProcessing(text) : text })
      const collected = Collected.make(maxOutput)
      const withOutput = <E extends EndError>(error: E): E | AttachLost | AttachInactive => {
        switch (error._tag) {
          case "AttachLost":
            return new AttachLost({ ...error, output: collected.text() })
          case "AttachInactive":
            return new AttachInactive({ ...error, output: collected.text() })
          default:
            return error
        }
      }
      // A command that has already ended does not take it.
      yield* Effect.ignore(attached.endInput)
      const exitCode = yield* Effect.mapError(
        Effect.zipRight(
          Stream.runForEachChunk(attached.output, (chunk) => Effect.sync(() => collected.add(chunk))),
          attached.exitCode
        ),
        withOutput
      )
      const container = labelOf(attached.container)
      if (failOnExitCode && exitCode !== 0) {
        return yield* new CommandFailed({ app, container, exitCode, lastLines: collected.lastLines(20) })
      }
      return {
        exitCode,
        output: collected.text(),
        isTruncated: collected.isTruncated(),
        container: attached.container
      }
    }))
  }

  const run: OneOffService["run"] = (app, { command, env, files = [], size }) =>
    Effect.gen(function*() {
      if (files.length > 0) {
        return yield* new InvalidRequest({
          endpoint: "OneOff.run",
          field: "files",
          expected: "empty, since only an attached container takes files: use attach or exec"
        })
      }
      const { container, operation } = yield* apps.run(app, {
        command: commandText(command),
        detached: true,
        ...(env === undefined ? {} : { env }),
        ...(size === undefined ? {} : { size })
      })
      yield* operations.await(operation)
      return container
    })

  const awaitDetached: OneOffService["awaitDetached"] = (app, container, options) =>
    Effect.suspend(() => {
      const label = labelOf(container)
      let last = container
      let lastFailure: ScalingoError | undefined

      const gone = withPriority(apps.listContainers(app), "background").pipe(
        Effect.catchIf(isRetryable, (failure) => {
          lastFailure = failure
          return new NotYet()
        }),
        Effect.flatMap((containers) => {
          const found = containers.find(({ id }) => id === container.id)
          last = found ?? last
          lastFailure = undefined
          return found === undefined ? Effect.void : new NotYet()
        }),
        Effect.retry({ schedule: pollDelays, while: isNotYet }),
        Effect.catchTag("NotYet", Effect.die)
      )
      const exitCode = exitCodeIn(label, DateTime.toEpochMillis(container.created_at))
      const line = (filter?: string) =>
        Stream.runLast(Stream.filterMap(logs.read(app, { lines: 1000, filter }), exitCode)).pipe(
          withPriority("background"),
          Effect.flatMap(Option.match({ onNone: () => new NotYet(), onSome: (code) => Effect.succeed(code) }))
        )
      // The line may come after the container has gone. At last it is looked for where the filter may have missed it.
      const found = line("manager").pipe(
        Effect.retry({ schedule: logDelays, while: isNotYet }),
        Effect.catchTag("NotYet", () => line()),
        Effect.catchTag("NotYet", () =>
          new ExitCodeUnknown({ app, container: label, detail: "its logs have no line of the manager with it" }))
      )
      const awaited = Effect.zipRight(gone, found)
      const { timeout } = options ?? {}
      return timeout === undefined ? awaited : Effect.timeoutFail(awaited, {
        duration: timeout,
        onTimeout: () =>
          new WaitTimeout<Container>({
            subject: `the one-off container ${label} of the app ${app}`,
            timeout: Duration.decode(timeout),
            status: last.state,
            last,
            lastFailure
          })
      })
    })

  const interactive: OneOffService["interactive"] = (app, options) =>
    Effect.scoped(Effect.gen(function*() {
      const { stdin, stdout } = process
      const term = stdout.isTTY ? yield* Effect.orElseSucceed(Config.string("TERM"), () => undefined) : undefined
      const attached = yield* attach(app, {
        ...options,
        ...(term === undefined ? {} : { env: { TERM: term, ...options.env } }),
        ...Option.getOrElse(Terminal.sizeOf(stdout), () => ({}))
      })
      const container = labelOf(attached.container)
      const session = Effect.gen(function*() {
        const terminal = yield* Terminal.open(stdin, stdout)
        let isWithinLine = false
        const typing = Stream.runForEach(terminal.input, (bytes) => {
          isWithinLine = bytes.at(-1) !== 0x0a
          return attached.send(bytes)
        }).pipe(
          Effect.zipRight(Effect.suspend(() => isWithinLine ? attached.endInput : Effect.void)),
          Effect.zipRight(attached.endInput)
        )
        // The end of the output tells more than a failure of these.
        yield* Effect.forkScoped(Effect.ignore(typing))
        yield* Effect.forkScoped(
          Stream.runForEach(terminal.sizes, ({ height, width }) => Effect.ignore(attached.resize(width, height)))
        )
        yield* Effect.forkScoped(Effect.ignore(Stream.runForEach(terminal.signals, attached.signal)))
        yield* Effect.raceFirst(Stream.runForEach(attached.output, terminal.write), terminal.closed)
      })
      // The terminal is put back before the exit code is asked for.
      yield* Effect.catchTag(Effect.scoped(session), "TerminalClosed", ({ message }) =>
        new AttachLost({ app, container, detail: message, output: undefined }))
      return yield* attached.exitCode
    }))

  return OneOff.of({ attach, exec, interactive, run, awaitDetached })
})

/**
 * One-off containers, on top of the services of an account. `NodeScalingo` has it already.
 *
 * @category layers
 */
export const layer: Layer.Layer<
  OneOff,
  never,
  Apps | Operations | Logs | TokenManager | ConnectClient | HttpClient.HttpClient | RegionDirectory | ScalingoConfig
> = Layer.effect(OneOff, make)
