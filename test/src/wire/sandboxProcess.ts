/**
 * Starts a sandbox in another process, and signs in to it.
 */
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import { Duration, Effect, Layer, Redacted } from "effect"
import { fork } from "node:child_process"
import { programFile } from "../processes.js"

interface Reply {
  readonly id: number
  readonly sockets: number
}

export interface SandboxProcess {
  readonly authUrl: string
  readonly token: string
  /** Writes lines to the log of an app. */
  readonly write: (app: string, lines: ReadonlyArray<string>) => Effect.Effect<void>
  /** Moves the clock of the sandbox, which stands still otherwise. */
  readonly pass: (duration: Duration.DurationInput) => Effect.Effect<void>
  /** Cuts all sockets, and returns how many there were. */
  readonly cut: Effect.Effect<number>
  readonly countSockets: Effect.Effect<number>
}

/** `options` are those of the sandbox, as JSON. */
export const sandboxProcess = (options: { readonly [name: string]: unknown } = {}) =>
  Effect.acquireRelease(
    Effect.promise(() => {
      const child = fork(programFile("test/src/wire/sandboxProcess.mjs"), [JSON.stringify(options)])
      return new Promise<{ readonly child: typeof child; readonly sandbox: SandboxProcess }>((resolve, reject) => {
        child.once("error", reject)
        child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code}`)))
        child.once("message", (ready: { readonly authUrl: string; readonly token: string }) => {
          let last = 0
          const waiting = new Map<number, (reply: Reply) => void>()
          child.on("message", (reply: Reply) => {
            waiting.get(reply.id)?.(reply)
            waiting.delete(reply.id)
          })
          const ask = (message: object) =>
            Effect.promise(() =>
              new Promise<Reply>((resolve) => {
                const id = ++last
                waiting.set(id, resolve)
                child.send({ ...message, id })
              })
            )
          const sockets = (message: object) => Effect.map(ask(message), (reply) => reply.sockets)
          resolve({
            child,
            sandbox: {
              ...ready,
              write: (app, write) => Effect.asVoid(ask({ app, write })),
              pass: (duration) => Effect.asVoid(ask({ pass: Duration.toMillis(duration) })),
              cut: sockets({ cut: true }),
              countSockets: sockets({})
            }
          })
        })
      })
    }),
    ({ child }) => Effect.sync(() => child.kill())
  ).pipe(Effect.map(({ sandbox }) => sandbox))

/** The services on Node, signed in to that sandbox. */
export const signedIn = ({ authUrl, token }: SandboxProcess) =>
  Effect.provide(
    Layer.orDie(
      NodeScalingo.layer({ apiToken: Redacted.make(token), authUrl, rateLimit: 100_000, timeout: "1 minute" })
    )
  )
