import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The tests run against the sources of both packages, so a change is seen without a build. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@effect-scalingo\/core\/testing$/, replacement: source("../packages/core/src/testing/index.ts") },
      { find: /^@effect-scalingo\/core\/(.+)$/, replacement: source("../packages/core/src/$1.ts") },
      { find: /^@effect-scalingo\/core$/, replacement: source("../packages/core/src/index.ts") },
      { find: /^@effect-scalingo\/node\/(.+)$/, replacement: source("../packages/node/src/$1.ts") },
      { find: /^@effect-scalingo\/node$/, replacement: source("../packages/node/src/index.ts") }
    ]
  },
  test: {
    include: ["src/**/*.test.ts"],
    setupFiles: [source("./vitest.setup.ts")],
    // One less than there are cores, as is the default, but two at least: much of the time is spent waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    minWorkers: 1,
    sequence: { concurrent: true },
    fakeTimers: { toFake: [] },
    testTimeout: 30_000,
    hookTimeout: 30_000
  }
})
