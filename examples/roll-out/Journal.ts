/**
 * The progress of a roll-out in a file, so that the next run continues an interrupted one.
 */
import { OperationRef } from "@effect-scalingo/core/Operation"
import { FileSystem, Path } from "@effect/platform"
import { Context, Effect, Layer, Option, Ref, Schema } from "effect"

/** The progress of an app. An app without an entry is untouched. */
export const Entry = Schema.Union(
  Schema.TaggedStruct("Restarting", { operation: OperationRef }),
  Schema.TaggedStruct("Done", { attempts: Schema.Number, seconds: Schema.Number }),
  Schema.TaggedStruct("Failed", { attempts: Schema.Number, seconds: Schema.Number, reason: Schema.String })
)
export type Entry = typeof Entry.Type

const State = Schema.Struct({
  /** The value that is rolled out. A continued run keeps it. */
  release: Schema.String,
  apps: Schema.Record({ key: Schema.String, value: Entry })
})
type State = typeof State.Type

const StateFile = Schema.parseJson(State)

export interface JournalService {
  /** The value that is rolled out. */
  readonly release: string
  /** Whether this run continues an interrupted one. */
  readonly continued: boolean
  readonly get: (app: string) => Effect.Effect<Option.Option<Entry>>
  readonly set: (app: string, entry: Entry) => Effect.Effect<void>
  /** The entries of the interrupted run. */
  readonly earlier: Readonly<Record<string, Entry>>
  /** Deletes the journal of a complete roll-out, so that the next run is a new one. */
  readonly clear: Effect.Effect<void>
}

export class Journal extends Context.Tag("examples/roll-out/Journal")<Journal, JournalService>() {}

const make = (
  initial: Option.Option<State>,
  newRelease: string,
  save: (state: State) => Effect.Effect<void>,
  clear: Effect.Effect<void>
): Effect.Effect<JournalService> =>
  Effect.gen(function*() {
    const state = yield* Ref.make(Option.getOrElse(initial, (): State => ({ release: newRelease, apps: {} })))
    const { apps: earlier, release } = yield* Ref.get(state)
    const lock = yield* Effect.makeSemaphore(1)
    return {
      release,
      continued: Option.isSome(initial),
      earlier,
      get: (app) => Effect.map(state, ({ apps }) => Option.fromNullable(apps[app])),
      set: (app, entry) =>
        Ref.updateAndGet(state, ({ apps, release }) => ({ release, apps: { ...apps, [app]: entry } })).pipe(
          Effect.flatMap(save),
          lock.withPermits(1),
          Effect.uninterruptible
        ),
      clear
    }
  })

/** Keeps the journal in memory, for tests and for jobs that are never continued. */
export const layerMemory = (release: string, earlier?: Readonly<Record<string, Entry>>): Layer.Layer<Journal> =>
  Layer.effect(
    Journal,
    make(
      Option.map(Option.fromNullable(earlier), (apps) => ({ release, apps })),
      release,
      () => Effect.void,
      Effect.void
    )
  )

/**
 * Keeps the journal in a JSON file. Each step writes a new file and renames it, so that an interruption never leaves a
 * partial file.
 */
export const layerFile = (
  file: string,
  newRelease: Effect.Effect<string>
): Layer.Layer<Journal, never, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(
    Journal,
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      yield* fs.makeDirectory(path.dirname(file), { recursive: true })
      // An unreadable or invalid file is ignored: the roll-out starts over.
      const initial = yield* fs.readFileString(file).pipe(
        Effect.flatMap(Schema.decode(StateFile)),
        Effect.option
      )
      const save = (state: State) =>
        Schema.encode(StateFile)(state).pipe(
          Effect.flatMap((text) => fs.writeFileString(`${file}.new`, text)),
          Effect.zipRight(fs.rename(`${file}.new`, file)),
          Effect.orDie
        )
      return yield* make(initial, yield* newRelease, save, Effect.orDie(fs.remove(file, { force: true })))
    }).pipe(Effect.orDie)
  )
