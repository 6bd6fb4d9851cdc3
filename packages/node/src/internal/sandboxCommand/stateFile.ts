/**
 * The state of a sandbox in a file: its seed, and the requests that have changed it. They are made again at the start,
 * each at its own time, with the ids that they had. So the file does not depend on what the state looks like inside.
 */
import type * as Sandbox from "@effect-scalingo/core/Sandbox"
import type * as Seed from "@effect-scalingo/core/Seed"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { type CommandFailure, failed, messageOf } from "./failure.js"

const Position = Schema.Struct({ random: Schema.Number, count: Schema.Number })

const Change = Schema.Struct({
  at: Schema.Number,
  method: Schema.String,
  url: Schema.String,
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  body: Schema.String,
  status: Schema.Number,
  ids: Schema.Tuple(Position, Position)
})

const Head = Schema.Struct({
  format: Schema.Literal("scalingo-sandbox state"),
  version: Schema.Literal(1),
  startedAt: Schema.Number,
  speed: Schema.Number,
  /** `null` for the default seed. */
  seed: Schema.NullOr(Schema.Unknown)
})

const StateFile = Schema.parseJson(Schema.Struct({ ...Head.fields, changes: Schema.Array(Change) }))

type State = typeof StateFile.Type

/** The same text for the same value, whatever the order of its keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, part: unknown) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => one < other ? -1 : 1))
        : part
  ) ?? "null"

const unusable = (file: string, why: string) =>
  failed(`${file} is not used, and left as it is: ${why}. Move it away, or delete it to begin anew`)

/** `undefined` when the file does not exist. */
const read = (file: string): Effect.Effect<State | undefined, CommandFailure> =>
  Effect.gen(function*() {
    const text = yield* Effect.try({
      try: () => Fs.existsSync(file) ? Fs.readFileSync(file, "utf8") : undefined,
      catch: (error) => unusable(file, messageOf(error))
    })
    if (text === undefined) return undefined
    return yield* Effect.mapError(
      Schema.decodeUnknown(StateFile)(text),
      () => unusable(file, "it is damaged, or no state of scalingo-sandbox")
    )
  })

/** What has been kept so far, and how to keep more. */
export interface Store {
  readonly seed: Seed.Seed | undefined
  readonly startedAt: number
  /** Makes the changes again that were kept. */
  readonly replay: (sandbox: Sandbox.SandboxService) => Effect.Effect<void, CommandFailure>
  readonly onChange: (change: Sandbox.Change) => Effect.Effect<void>
}

/** What a file is, so that a change by another process shows. */
const identityOf = (file: string): string => {
  const stats = Fs.statSync(file, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? "missing" : `${stats.ino} ${stats.size} ${stats.mtimeNs}`
}

/** How long changes are collected before they are written. */
const delay = "200 millis"

/**
 * Opens a state file, or begins one. It is written a moment after each change, and at the end of the scope: whole, to a
 * temporary file beside it, which then takes its name. So whatever ends the process, the file is a state.
 */
export const open = (
  file: string,
  given: { readonly seed: Seed.Seed | undefined; readonly speed: number; readonly now: number },
  warn: (text: string) => Effect.Effect<void>
): Effect.Effect<Store, CommandFailure, Scope.Scope> =>
  Effect.gen(function*() {
    let identity = identityOf(file)
    const known = yield* read(file)
    if (known !== undefined && given.seed !== undefined && canonical(given.seed) !== canonical(known.seed)) {
      return yield* Effect.fail(unusable(file, "it began with another seed"))
    }
    if (known !== undefined && known.speed !== given.speed) {
      return yield* Effect.fail(unusable(file, `it began with --speed ${known.speed}`))
    }
    const startedAt = known?.startedAt ?? given.now
    const seed = known === undefined ? given.seed : (known.seed ?? undefined) as Seed.Seed | undefined
    const head = JSON.stringify({
      format: "scalingo-sandbox state",
      version: 1,
      startedAt,
      speed: given.speed,
      seed: seed ?? null
    })
    /** Each change as JSON. */
    const changes = (known?.changes ?? []).map((change) => JSON.stringify(change))
    let written = known === undefined ? -1 : changes.length

    const write = Effect.try({
      try: () => {
        const count = changes.length
        const text = `${head.slice(0, -1)},"changes":[${changes.map((change) => `\n${change}`).join(",")}\n]}\n`
        const temporary = Path.join(Path.dirname(file), `.${Path.basename(file)}.${randomUUID()}.tmp`)
        try {
          const handle = Fs.openSync(temporary, "wx", 0o600)
          try {
            Fs.writeFileSync(handle, text)
            Fs.fsyncSync(handle)
          } finally {
            Fs.closeSync(handle)
          }
          if (identityOf(file) !== identity) {
            throw new Error(`another process has changed ${file}, and it is left as it is. Use a file for each sandbox`)
          }
          Fs.renameSync(temporary, file)
          identity = identityOf(file)
        } catch (error) {
          Fs.rmSync(temporary, { force: true })
          throw error
        }
        written = count
      },
      catch: (error) => failed(`the state cannot be written: ${messageOf(error)}`)
    })
    const writeChanges = Effect.suspend(() => written === changes.length ? Effect.void : write)

    // Also shows at once that the file cannot be written.
    yield* writeChanges
    const wake = yield* Queue.sliding<void>(1)
    yield* Effect.addFinalizer(() => Effect.catchAll(writeChanges, ({ message }) => warn(message)))
    yield* Effect.forkScoped(Effect.forever(
      Queue.take(wake).pipe(
        Effect.zipRight(Effect.sleep(delay)),
        Effect.zipRight(Effect.catchAll(writeChanges, ({ message }) => warn(message)))
      )
    ))
    return {
      seed,
      startedAt,
      replay: (sandbox) =>
        Effect.forEach(known?.changes ?? [], (change, index) =>
          Effect.flatMap(sandbox.replay(change), (status) =>
            status === change.status
              ? Effect.void
              : Effect.fail(unusable(
                file,
                `its change ${index + 1}, ${change.method} ${
                  change.url.replace(/\?.*/, "")
                }, responds ${status} instead of ${change.status}`
              ))), { discard: true }),
      onChange: (change) =>
        Effect.suspend(() => {
          changes.push(JSON.stringify(change))
          return Queue.offer(wake, undefined)
        })
    }
  })
