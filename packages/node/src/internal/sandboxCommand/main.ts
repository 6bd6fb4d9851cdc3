/**
 * The command `scalingo-sandbox`.
 */
import * as Sandbox from "@effect-scalingo/core/Sandbox"
import * as Seed from "@effect-scalingo/core/Seed"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { makePrepared } from "../../SandboxServer.js"
import { type Arguments, help, parse } from "./arguments.js"
import { selfSigned } from "./certificate.js"
import { codeOf, CommandFailure, failed, messageOf, wrong } from "./failure.js"
import { readFaults } from "./faultsFile.js"
import { requestLine } from "./requestLine.js"
import { readSeed } from "./seedFile.js"
import { setupText } from "./setup.js"
import * as StateFile from "./stateFile.js"

/** How long operations and deployments take on the platform, in milliseconds. */
const operationDuration = 20_000
const deploymentDuration = 90_000

const print = (text: string): Effect.Effect<void> =>
  Effect.sync(() => {
    process.stdout.write(text)
  })

const warn = (text: string): Effect.Effect<void> =>
  Effect.sync(() => {
    process.stderr.write(`scalingo-sandbox: ${text}\n`)
  })

const version = Effect.sync((): string => {
  const manifest: { readonly version: string } = JSON.parse(
    Fs.readFileSync(new URL("../../../package.json", import.meta.url), "utf8")
  )
  return manifest.version
})

const isLoopback = (host: string): boolean => /^(?:127\.|::1$|localhost$)/.test(host)

/** Builds the sandbox once, to see that the seed fits together. */
const checkSeed = (seed: Seed.Seed, file: string) =>
  Effect.catchAllDefect(
    Effect.asVoid(Sandbox.make(seed)),
    (defect) => Effect.fail(wrong(`${file} is not valid: ${messageOf(defect)}`))
  )

const regionsOf = (seed: Seed.Seed | undefined): ReadonlyArray<string> => seed?.regions ?? ["osc-fr1", "osc-secnum-fr1"]

/** The names that the certificate is valid for: those of this machine, and those of the platform. */
const hostsOf = ({ host, publicUrl }: Arguments, regions: ReadonlyArray<string>): ReadonlyArray<string> => {
  const domains = ["scalingo.com", "localhost"]
  const platform = domains.flatMap((domain) => [
    `auth.${domain}`,
    `cashmachine.${domain}`,
    ...regions.flatMap((region) => [`api.${region}.${domain}`, `db-api.${region}.${domain}`])
  ])
  return [
    ...new Set([
      "localhost",
      "127.0.0.1",
      "::1",
      Os.hostname(),
      "sandbox",
      "scalingo-sandbox",
      ...(["0.0.0.0", "::"].includes(host) ? [] : [host]),
      ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, "")]),
      ...platform
    ])
  ]
}

interface Certificate {
  readonly key: string
  readonly cert: string
  /** The path of the certificate. */
  readonly file: string
}

/** Makes a certificate, and writes it, without the key, where clients can read it. */
const makeCertificate = (
  args: Arguments,
  regions: ReadonlyArray<string>
): Effect.Effect<Certificate, CommandFailure, Scope.Scope> =>
  Effect.gen(function*() {
    const pair = selfSigned(hostsOf(args, regions), yield* Clock.currentTimeMillis)
    const attempt = <A>(run: () => A) =>
      Effect.try({ try: run, catch: (error) => failed(`the certificate cannot be written: ${messageOf(error)}`) })
    if (args.certificate !== undefined) {
      const file = Path.resolve(args.certificate)
      yield* attempt(() => Fs.writeFileSync(file, pair.cert))
      return { ...pair, file }
    }
    const folder = yield* Effect.acquireRelease(
      attempt(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "scalingo-sandbox-"))),
      (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true, force: true }))
    )
    const file = Path.join(folder, "certificate.pem")
    yield* attempt(() => Fs.writeFileSync(file, pair.cert))
    return { ...pair, file }
  })

const explainServeError = ({ host, port }: Arguments) => ({ cause }: HttpServerError.ServeError): CommandFailure => {
  switch (codeOf(cause)) {
    case "EADDRINUSE":
      return failed(`port ${port} of ${host} is in use: choose another one with --port, or any free one with --port 0`)
    case "EACCES":
      return failed(`port ${port} of ${host} needs more rights: choose one above 1023 with --port`)
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return failed(`${host} is not an address of this machine: choose another one with --host`)
    default:
      return failed(`it cannot listen on port ${port} of ${host}: ${messageOf(cause)}`)
  }
}

/** Starts the sandbox, and says so. It runs until the scope is closed. */
const serve = (args: Arguments): Effect.Effect<void, CommandFailure, Scope.Scope> =>
  Effect.gen(function*() {
    const given = args.seed === undefined ? undefined : yield* readSeed(args.seed)
    if (args.seed !== undefined && given !== undefined) yield* checkSeed(given, args.seed)
    const rules = args.faults === undefined ? [] : yield* readFaults(args.faults)
    const now = yield* Clock.currentTimeMillis
    const store = args.state === undefined
      ? undefined
      : yield* StateFile.open(Path.resolve(args.state), { seed: given, speed: args.speed, now }, warn)
    const seed = store === undefined ? given : store.seed
    const regions = regionsOf(seed)
    const certificate = args.tls ? yield* makeCertificate(args, regions) : undefined
    const colors = process.stdout.isTTY === true && (process.env["NO_COLOR"] ?? "") === ""
    const prepare = (sandbox: Sandbox.SandboxService) =>
      Effect.gen(function*() {
        if (store !== undefined) yield* store.replay(sandbox)
        for (const rule of rules) yield* sandbox.inject(rule)
      })
    const { sandbox, server } = yield* Effect.catchTag(
      makePrepared(seed, {
        port: args.port,
        host: args.host,
        publicUrl: args.publicUrl,
        tls: certificate,
        requestLimit: args.requestLimit,
        operationDuration: operationDuration / args.speed,
        deploymentDuration: deploymentDuration / args.speed,
        requestLogSize: 0,
        startedAt: store?.startedAt,
        onRequest: args.quiet ? undefined : (event) => print(`${requestLine(event, colors)}\n`),
        onChange: store?.onChange
      }, prepare),
      "ServeError",
      (error) => Effect.fail(explainServeError(args)(error))
    )
    if (!isLoopback(args.host)) {
      yield* warn(
        `anyone who can reach port ${server.port} of ${args.host} can use the sandbox, and read what is in it`
      )
    }
    const accounts = (seed?.accounts ?? Seed.standard.accounts ?? []).map(({ username }) => ({
      username,
      token: Redacted.value(sandbox.tokenOf(username))
    }))
    yield* print(`scalingo-sandbox ${yield* version}\n\n`)
    yield* print(setupText({
      url: server.url,
      region: regions[0] ?? "",
      regions,
      accounts,
      certificate: certificate?.file
    }))
    yield* print(`Listening on port ${server.port} of ${args.host}\nReady: ${server.url}\n`)
  })

type Signal = "SIGINT" | "SIGTERM"

/** The exit codes. As process 1, a process ends by no signal that it does not handle. */
const exitCodes: { readonly [signal in Signal]: number } = { SIGINT: 130, SIGTERM: 0 }

/** The first signal that asks the process to end. It stays alive while it ends: later signals change nothing. */
const awaitSignal: Effect.Effect<Signal> = Effect.gen(function*() {
  const received = yield* Deferred.make<Signal>()
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => Deferred.unsafeDone(received, Effect.succeed(signal)))
  }
  return yield* Deferred.await(received)
})

const command = (argv: ReadonlyArray<string>): Effect.Effect<number, CommandFailure> =>
  Effect.flatMap(parse(argv), (parsed) => {
    switch (parsed._tag) {
      case "Help":
        return Effect.as(print(help), 0)
      case "Version":
        return Effect.as(Effect.flatMap(version, (it) => print(`${it}\n`)), 0)
      case "Serve":
        return Effect.map(
          Effect.raceFirst(
            awaitSignal,
            Effect.scoped(Effect.zipRight(serve(parsed.arguments), Effect.never))
          ),
          (signal) => exitCodes[signal]
        )
    }
  })

/** Runs the command, and ends the process with its exit code. */
export const main = (argv: ReadonlyArray<string>): void => {
  // Whoever reads the lines may have gone, as `head` does.
  process.stdout.on("error", () => {})
  const program = Effect.catchAll(
    command(argv),
    ({ code, message }) =>
      Effect.as(warn(code === 2 ? `${message}\nSee scalingo-sandbox --help.` : message), Number(code))
  )
  Effect.runCallback(program, {
    onExit: (exit) => {
      if (Exit.isSuccess(exit)) return process.exit(exit.value)
      process.stderr.write(`scalingo-sandbox: unexpected: ${String(exit.cause)}\n`)
      process.exit(1)
    }
  })
}
