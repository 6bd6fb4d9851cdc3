/**
 * Runs `main` of a TypeScript module in `test/src`, on the sources of the packages and without a build, like the tests.
 * `main` returns the exit code.
 */
import { fileURLToPath } from "node:url"
import { createViteServer } from "vitest/node"

const root = fileURLToPath(new URL("..", import.meta.url))

const vite = await createViteServer({
  root,
  configFile: `${root}vitest.config.ts`,
  logLevel: "error",
  appType: "custom",
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null }
})
try {
  const { main } = await vite.ssrLoadModule(`/${process.argv[2]}`)
  process.exitCode = await main(process.argv.slice(3))
} finally {
  await vite.close()
}
