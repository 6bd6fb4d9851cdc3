/**
 * Bundles of consumers, and what in them is our own.
 */
import { build } from "esbuild"
import { basename, dirname } from "node:path"

const effect = ["effect", "effect/*", "@effect/*"]

const run = async (input, { external = [], minify = true } = {}) => {
  const { metafile, outputFiles: [output] } = await build({
    ...input,
    bundle: true,
    write: false,
    metafile: true,
    minify,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external,
    logLevel: "error"
  })
  return { metafile, code: output.contents, text: output.text }
}

/** The whole bundle, minified, with all of Effect that it needs. */
export const bundleWhole = async (file) => (await run({ entryPoints: [file] })).code

/**
 * The same bundle of what is used of Effect alone: a module that refers to each member which our code, after tree
 * shaking, refers to.
 */
export const bundleEffect = async (file) => {
  const { text } = await run({ entryPoints: [file] }, { external: effect, minify: false })
  const imports = [...text.matchAll(/^import \* as (\w+) from "([^"]+)";$/gm)].map(([, local, path]) => ({
    local,
    path
  }))
  const used = imports.map((
    { local }
  ) => [
    ...new Set([...text.matchAll(new RegExp(`\\b${local}\\.(\\w+)`, "g"))].map(([, member]) => `${local}.${member}`))
  ]).flat()
  const named = [...text.matchAll(/^import \{([^}]+)\} from "([^"]+)";$/gm)]
  const contents = [
    ...imports.map(({ local, path }) => `import * as ${local} from "${path}"`),
    ...named.map(([statement]) => statement),
    `export const used = [${[...used, ...named.flatMap(([, names]) => localsOf(names))].join(", ")}]`
  ].join("\n")
  return (await run({ stdin: { contents, resolveDir: dirname(file), sourcefile: `effect-${basename(file)}` } })).code
}

/** The local names of `a, b as c`. */
const localsOf = (names) =>
  names.split(",").map((name) => name.trim().split(" as ").at(-1)).filter((name) => name !== "")

/** The modules of Effect that the library and the consumer import, used or not. */
export const effectModules = async (file) => {
  const { metafile } = await run({ entryPoints: [file] }, { external: effect })
  return [
    ...new Set(
      Object.values(metafile.inputs).flatMap((input) => input.imports.filter((it) => it.external).map((it) => it.path))
    )
  ].toSorted()
}
