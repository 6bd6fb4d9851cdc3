import { readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { fileURLToPath, pathToFileURL } from "node:url"
import { defineConfig, type Plugin } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url))

interface Manifest {
  readonly name: string
  readonly exports: { readonly [entry: string]: string | { readonly types: string } }
}

/** The specifiers that users import from a package, with the source of each module. */
const sourcesOf = (folder: string): ReadonlyArray<readonly [specifier: string, path: string]> => {
  const manifest: Manifest = JSON.parse(readFileSync(fromHere(`${folder}/package.json`), "utf8"))
  return Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === "string"
      ? []
      : [[
        manifest.name + entry.slice(1),
        fromHere(`${folder}/${target.types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts")}`)
      ]]
  )
}

const sources = new Map([...sourcesOf("../packages/core"), ...sourcesOf("../packages/node")])

/** Resolves both packages to their sources, so that tests need no build. */
const packageSources: Plugin = {
  name: "package-sources",
  enforce: "pre",
  resolveId: (specifier) => sources.get(specifier)
}

/** The built module of a source file of the packages. */
const builtOf = (path: string): string | undefined => {
  const built = path.replace(/(\/packages\/(?:core|node)\/)src\/(.*)\.ts$/, "$1dist/$2.js")
  return built === path ? undefined : built
}

/** Resolves both packages to what has been built, also where a test imports an internal module by its path. */
const builtPackages: Plugin = {
  name: "built-packages",
  enforce: "pre",
  resolveId(specifier, importer) {
    const path = sources.get(specifier) ??
      (importer !== undefined && specifier.startsWith(".")
        ? fileURLToPath(new URL(specifier.replace(/\.js$/, ".ts"), pathToFileURL(importer)))
        : undefined)
    const built = path === undefined ? undefined : builtOf(path)
    return built === undefined ? undefined : { id: built, external: true }
  }
}

const isBuilt = process.env["IS_BUILT"] === "yes"

/** The files that take longest, in the order in which they are started, so that no worker has one of them at the end. */
const longest = [
  "e2e/rollOut",
  "client/secrets",
  "docs/types",
  "node/sandboxCommand",
  "node/interactive",
  "e2e/liveExamples",
  "e2e/examples",
  "node/Deploy",
  "contracts/requests",
  "wire/live",
  "docs/packages"
]

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/src/${name}.test.ts`))
      return index === -1 ? longest.length : index
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  plugins: [isBuilt ? builtPackages : packageSources],
  test: {
    // `npm run test:long` runs the others.
    include: process.env["TESTS"] === "long" ? ["src/**/*.long.ts"] : ["src/**/*.test.ts"],
    server: { deps: { external: [/\/packages\/(?:core|node)\/dist\//] } },
    setupFiles: [fromHere("./vitest.setup.ts")],
    // The default is one less than the number of cores. At least two, since tests spend much time waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    minWorkers: 1,
    // Loading the library takes longer than most test files. The files of a worker share it, so they must not change
    // anything that is global.
    isolate: false,
    sequence: { concurrent: true, sequencer: LongestFirst },
    fakeTimers: { toFake: [] },
    // Only for tests that hang. No test may depend on the time that it takes, and the machine may be busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000
  }
})
