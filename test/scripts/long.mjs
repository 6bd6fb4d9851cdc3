/**
 * `npm run test:long`: builds, and runs what takes too long for `npm test`. Ends with 1 as soon as one of them fails.
 */
import { bin, root, run, step, vitest } from "./steps.mjs"

const node = process.execPath

const commands = [
  () => step("build, types and Effect diagnostics", node, ["test/scripts/tsc.mjs", "-b"]),
  ...["packages/core", "packages/node"].map((project) => () =>
    step(`types as consumers see them: ${project}`, bin("attw"), ["--pack", project, "--profile", "esm-only"])
  ),
  async () => (await vitest([], { TESTS: "long" })).code === 0,
  // `npm test` takes a part of the values of some tests, and starts bundled programs.
  async () => (await vitest([], { RUNS: "all" })).code === 0,
  ...["rateLimit", "oneOff", "transfers", "live", "packedSandbox"].map((name) => async () =>
    (await run(node, [`${root}test/long/${name}.mjs`])).code === 0
  )
]

for (const command of commands) {
  if (!(await command())) process.exit(1)
}
