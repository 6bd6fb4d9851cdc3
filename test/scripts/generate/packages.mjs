/**
 * The `exports` of a package, and its barrels.
 */
import { readFileSync } from "node:fs"
import { root } from "../steps.mjs"
import { docBlock, nameOf, notice, sourceOf, summaryOf } from "./modules.mjs"

const entry = (path) => ({ types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` })

/**
 * `package.json` with an export for each module, for each of `others`: from an import path to a module, and for each of
 * `files`: their paths in the package.
 */
export const manifest = (folder, paths, others, files = []) => {
  const names = paths.map(nameOf)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  if (twice.length > 0) throw new Error(`two public modules have one name: ${twice.join(", ")}`)
  const json = JSON.parse(readFileSync(`${root}${folder}/package.json`, "utf8"))
  json.exports = {
    ".": entry("index"),
    ...Object.fromEntries(Object.entries(others).map(([name, path]) => [`./${name}`, entry(path)])),
    ...Object.fromEntries(paths.map((path) => [`./${nameOf(path)}`, entry(path)])),
    ...Object.fromEntries(files.map((path) => [`./${path}`, `./${path}`])),
    "./package.json": "./package.json"
  }
  return `${JSON.stringify(json, undefined, 2)}\n`
}

/** A module that exports each of `paths` as a namespace. It lies in `below`, a folder of `src`. */
export const barrel = (folder, title, paths, below = "") =>
  `${docBlock(`${title}\n\n${notice}\n\n@since 0.1.0`)}\n\n${
    paths.map((path) =>
      `${docBlock(summaryOf(sourceOf(folder, path)))}\nexport * as ${nameOf(path)} from "./${
        path.slice(below.length)
      }.js"\n`
    ).join("\n")
  }`
