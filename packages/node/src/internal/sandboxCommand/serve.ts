/**
 * Starts the sandbox of the command.
 */
import * as Sandbox from "@effect-scalingo/core/Sandbox"
import * as Seed from "@effect-scalingo/core/Seed"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { makePrepared } from "../../SandboxServer.js"
import { variable } from "../proxies.js"
import { codeOf } from "../systemError.js"
import type { Arguments } from "./arguments.js"
import { selfSigned } from "./certificate.js"
import { type CommandFailure, failed, messageOf, wrong } from "./failure.js"
import { readFaults } from "./faultsFile.js"
import { requestLine } from "./requestLine.js"
import { readSeed } from "./seedFile.js"
import { setupText } from "./setup.js"
import * as StateFile from "./stateFile.js"
import { type Output, terminal, version } from "./terminal.js"

/** How long operations and deployments take on the platform, in milliseconds. */
const operationDuration = 20_000
const deploymentDuration = 90_000

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
export const serve = (
  args: Arguments,
  { print, warn }: Output = terminal
): Effect.Effect<void, CommandFailure, Scope.Scope> =>
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
    const noColor = yield* Effect.orElseSucceed(variable("NO_COLOR"), Option.none)
    const colors = process.stdout.isTTY === true && Option.isNone(noColor)
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
