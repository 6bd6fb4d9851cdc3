import { readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig, type Plugin } from "vitest/config"

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

export default defineConfig({
  plugins: [packageSources],
  test: {
    include: ["src/**/*.test.ts"],
    setupFiles: [fromHere("./vitest.setup.ts")],
    // The default is one less than the number of cores. At least two, since tests spend much time waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    minWorkers: 1,
    // Loading the library takes longer than most test files. The files of a worker share it, so they must not change
    // anything that is global.
    isolate: false,
    sequence: { concurrent: true },
    fakeTimers: { toFake: [] },
    // Only for tests that hang. No test may depend on the time that it takes, and the machine may be busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000
  }
})
