/**
 * Makes the modules of the core package that are published, `packages/core/dist`, from what `tsc` has compiled,
 * `packages/core/build`. Node needs a third of a millisecond for each file and for each import of a package, so what
 * most programs need is in two files: `bundled/base.js` for a program with one service, and `bundled/services.js` with
 * the rest of all services. Each module still has a file of its own name, which exports its part of them.
 */
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { rollup } from "rollup"
import { pathsBelow } from "./generate/modules.mjs"
import { root } from "./steps.mjs"

const core = "packages/core"
const compiled = join(root, core, "build")
const published = join(root, core, "dist")

/** What a program with one service imports, as in the README. */
const baseEntries = [
  "client/ApiLayer",
  "client/RateLimiter",
  "client/RetryPolicy",
  "client/ScalingoConfig",
  "client/TokenManager",
  "resources/Apps"
]

const allEntries = ["Scalingo"]

/** They only export other modules under a name. A bundler must see these modules to leave out what is not used. */
const indexes = ["index", "testing/index"]

/** Those of the sources, since what `tsc` compiled from a module that is gone stays in its folder. */
const modules = pathsBelow(`${core}/src`, ".ts").toSorted()
const compiledFile = (module) => join(compiled, `${module}.js`)

/** Written at the end, so that an interrupted run does not count. */
const stamp = join(compiled, ".bundled")
const changedAt = (path) => statSync(path).mtimeMs
const isUpToDate = () =>
  existsSync(stamp) && existsSync(join(published, "bundled")) &&
  [...modules.map(compiledFile), fileURLToPath(import.meta.url)]
    .every((path) => changedAt(path) < changedAt(stamp))

/** The modules that some modules import, themselves included. */
const closureOf = (entries, getModuleInfo) => {
  const found = new Set()
  const visit = (id) => {
    if (found.has(id)) return
    found.add(id)
    const info = getModuleInfo(id)
    if (!info.isExternal) info.importedIds.forEach(visit)
  }
  entries.forEach((module) => visit(compiledFile(module)))
  return found
}

const bundle = async () => {
  rmSync(stamp, { force: true })
  const built = await rollup({
    input: Object.fromEntries(
      modules.filter((module) => !indexes.includes(module)).map((module) => [module, compiledFile(module)])
    ),
    external: (id) => !/^[./]/.test(id) && !id.startsWith(compiled),
    // Nothing is left out but imports of Effect's modules in files that do not use them.
    treeshake: { moduleSideEffects: "no-external" },
    preserveEntrySignatures: "strict",
    onwarn: (warning) => {
      // Of modules that only have types.
      if (warning.code !== "EMPTY_BUNDLE") throw new Error(warning.message)
    },
    plugins: [{
      name: "source maps of tsc",
      load: (id) => ({ code: readFileSync(id, "utf8"), map: readFileSync(`${id}.map`, "utf8") })
    }]
  })
  let closures
  await built.write({
    dir: published,
    sourcemap: true,
    minifyInternalExports: false,
    hoistTransitiveImports: false,
    chunkFileNames: "bundled/[name].js",
    manualChunks: (id, { getModuleInfo }) => {
      closures ??= { base: closureOf(baseEntries, getModuleInfo), services: closureOf(allEntries, getModuleInfo) }
      return Object.keys(closures).find((name) => closures[name].has(id))
    }
  })
  for (const module of indexes) {
    for (const suffix of [".js", ".js.map"]) {
      copyFileSync(join(compiled, module + suffix), join(published, module + suffix))
    }
  }
  for (const suffix of [".js", ".js.map", ".d.ts", ".d.ts.map"]) {
    for (const path of pathsBelow(`${core}/dist`, suffix)) {
      if (!path.startsWith("bundled/") && !modules.includes(path)) rmSync(join(published, path + suffix))
    }
  }
  writeFileSync(stamp, "")
}

if (!isUpToDate()) await bundle()
