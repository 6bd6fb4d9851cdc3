/**
 * Type-checks the code in the documentation with a compiler.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { runNode } from "../processes.js"
import { blocks } from "./blocks.js"
import { root } from "./typescript.js"

/** A consumer that exports what it infers: the compiler must be able to write these types down. */
const consumer = `
import { NewUserEvent } from "@effect-scalingo/core/AccountEvents"
import { Events } from "@effect-scalingo/core/Events"
import { withResponse } from "@effect-scalingo/core/RequestOptions"
import { Sandbox } from "@effect-scalingo/core/testing"
import { Effect } from "effect"
export const event = NewUserEvent
export const app = Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.app("my-app"))
export const status = Effect.map(app, ({ status }) => status)
export const deployments = Effect.map(app, ({ deployments }) => deployments.map(({ status }) => status))
export const requests = Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.requests)
export const outcome = Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.handle)
export const response = Effect.map(outcome, (it) => it._tag === "Response" ? it.response : undefined)
export const raw = Effect.flatMap(Events, (events) => withResponse(events.listForUserPage()))
export const list = Effect.map(Events, (events) => events.listForUser)
`

const config = {
  extends: "../../tsconfig.consumer.json",
  compilerOptions: {
    types: ["node"],
    // Also checks that the types of what is exported can be named.
    declaration: true,
    // The blocks import `./scope.js`.
    rootDirs: [".", "../../src/docs"]
  },
  files: ["consumer.ts", ...blocks.map((_, index) => `block-${index}.ts`)]
}

/** TypeScript 5 is what most users have. TypeScript 7 needs a fifth of its time. */
const compilers = {
  5: ["node_modules/typescript/bin/tsc"],
  7: ["test/node_modules/typescript-native/bin/tsc", "--singleThreaded"]
} as const

/**
 * What is wrong, each with its place in the documentation. The blocks become files of a folder, which import the packages
 * as users do: as they are built. The compiler is another process, since it would stop this one for a long time.
 */
export const typeCheckBlocks = async (version: keyof typeof compilers): Promise<ReadonlyArray<string>> => {
  const folder = `${root}test/dist/blocks-${version}/`
  mkdirSync(folder, { recursive: true })
  for (const [index, { code }] of blocks.entries()) writeFileSync(`${folder}block-${index}.ts`, code)
  writeFileSync(`${folder}consumer.ts`, consumer)
  writeFileSync(`${folder}tsconfig.json`, JSON.stringify(config))
  const [compiler, ...flags] = compilers[version]
  const { code, output } = await runNode([root + compiler, ...flags, "-p", folder, "--pretty", "false"])
  if (code === 0) return []
  return output.split("\n").filter((line) => line !== "").map((line) => {
    const [, index, at, message] = /block-(\d+)\.ts\((\d+),\d+\): (.*)/.exec(line) ?? []
    const block = blocks[Number(index)]
    return block === undefined ? line : `${block.path}:${block.line + Number(at) - 1}: ${message}`
  })
}
