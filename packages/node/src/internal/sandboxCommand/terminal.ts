/**
 * What the command writes, and its version.
 */
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"

export const print = (text: string): Effect.Effect<void> =>
  Effect.sync(() => {
    process.stdout.write(text)
  })

export const warn = (text: string): Effect.Effect<void> =>
  Effect.sync(() => {
    process.stderr.write(`scalingo-sandbox: ${text}\n`)
  })

/** Where the command writes. */
export interface Output {
  /** What was asked for. */
  readonly print: (text: string) => Effect.Effect<void>
  readonly warn: (text: string) => Effect.Effect<void>
}

export const terminal: Output = { print, warn }

export const version = Effect.sync((): string => {
  const manifest: { readonly version: string } = JSON.parse(
    Fs.readFileSync(new URL("../../../package.json", import.meta.url), "utf8")
  )
  return manifest.version
})
