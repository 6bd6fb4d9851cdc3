/**
 * The compiler, and the modules that users of the packages import.
 */
import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import type TypeScript from "../../../node_modules/typescript/lib/typescript.js"

export const root = fileURLToPath(new URL("../../../", import.meta.url))

/** It is a dependency of the workspace, not of the tests. */
export const ts: typeof TypeScript = createRequire(`${root}package.json`)("typescript")

export type { TypeScript }

export interface Module {
  /** From the root: `packages/core/src/Apps.ts`. */
  readonly path: string
  /** `Apps`; `testing/Sandbox`. */
  readonly name: string
  readonly text: string
}

const modulesOf = (folder: string): ReadonlyArray<Module> =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/(^|\/)internal\//.test(file))
    .sort()
    .map((file) => ({
      path: `${folder}/${file}`,
      name: file.slice(0, -".ts".length),
      text: readFileSync(`${root}${folder}/${file}`, "utf8")
    }))

/** All but the internal ones. */
export const publicModules: ReadonlyArray<Module> = [
  ...modulesOf("packages/core/src"),
  ...modulesOf("packages/node/src")
]

export const parse = (path: string, text: string): TypeScript.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
