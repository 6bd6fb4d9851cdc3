/**
 * The JSON Schemas of the files that `scalingo-sandbox` reads.
 */
import { fileURLToPath } from "node:url"
import { createViteServer } from "vitest/node"
import { root } from "../steps.mjs"

const test = fileURLToPath(new URL("../..", import.meta.url))

/** The text of each schema, by the name of its file. From the sources: what is built may be older. */
export const schemas = async () => {
  const vite = await createViteServer({
    root: test,
    configFile: `${test}vitest.config.ts`,
    logLevel: "error",
    appType: "custom",
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null }
  })
  try {
    const { schemaFiles } = await vite.ssrLoadModule(`${root}packages/node/src/internal/sandboxCommand/schemas.ts`)
    return schemaFiles
  } finally {
    await vite.close()
  }
}
