/**
 * Bundles what has been built with the programs that tests start, into `test/dist/programs`. Most of what such a process
 * costs is the loading of several hundred modules: a bundle takes a third of the time.
 */
import { build } from "esbuild"
import { existsSync, readdirSync } from "node:fs"
import { root } from "./steps.mjs"

const examples = readdirSync(`${root}examples`)
  .filter((name) => existsSync(`${root}examples/${name}/main.ts`))
  .map((name) => `examples/dist/${name}/main.js`)

await build({
  entryPoints: [
    ...examples,
    "test/src/node/interactiveProgram.mjs",
    "test/src/node/proxyProgram.mjs",
    "test/src/node/socketsProgram.mjs",
    "test/src/wire/sandboxProcess.mjs"
  ],
  absWorkingDir: root,
  outbase: root,
  outdir: "test/dist/programs",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  // Some dependencies are CommonJS modules.
  banner: {
    js:
      `import { createRequire as requireOfBundle } from "node:module"; const require = requireOfBundle(import.meta.url)`
  },
  logLevel: "warning"
})
