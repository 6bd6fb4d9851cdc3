/**
 * The TypeScript compiler and the public modules of the packages.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import type TypeScript from "../../../node_modules/typescript/lib/typescript.js"

export const root = fileURLToPath(new URL("../../../", import.meta.url))

/** The compiler is a dependency of the workspace, not of the tests. */
export const ts: typeof TypeScript = createRequire(`${root}package.json`)("typescript")

export type { TypeScript }

export interface Module {
  /** The path from the root: `packages/core/src/resources/Apps.ts`. */
  readonly path: string
  /** `Apps` */
  readonly name: string
  /** `@effect-scalingo/core/Apps` */
  readonly specifier: string
  readonly text: string
}

interface Manifest {
  readonly name: string
  readonly exports: { readonly [entry: string]: string | { readonly types: string } }
}

/** The modules in the `exports` of a package. */
const modulesOf = (folder: string): ReadonlyArray<Module> => {
  const manifest: Manifest = JSON.parse(readFileSync(`${root}${folder}/package.json`, "utf8"))
  return Object.entries(manifest.exports).flatMap(([entry, target]) => {
    if (typeof target === "string") return []
    const path = `${folder}/${target.types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts")}`
    return [{
      path,
      name: path.slice(path.lastIndexOf("/") + 1, -".ts".length),
      specifier: manifest.name + entry.slice(1),
      text: readFileSync(`${root}${path}`, "utf8")
    }]
  })
}

/** All modules that users can import, `index` included. */
export const publicModules: ReadonlyArray<Module> = [...modulesOf("packages/core"), ...modulesOf("packages/node")]

export const parse = (path: string, text: string): TypeScript.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
