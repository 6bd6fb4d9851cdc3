/**
 * `npm test`: installs, builds, checks and lints the workspace, and runs all tests. The last line is the number of passed
 * and failed tests. A failed check counts as a failed test.
 */
import { readFileSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { bin, install, root, run, step } from "./steps.mjs"

const packages = ["packages/core", "packages/node"]

let passed = 0
let failed = 0
const check = async (ok) => {
  if (!(await ok)) failed++
}
const finish = () => {
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}

if (!(await install())) {
  failed++
  finish()
}

const node = process.execPath

await check(step("types, Effect diagnostics and build", node, ["test/scripts/tsc.mjs", "-b"]))

/** The other checks, which do not depend on each other. They need what was built. */
const steps = [
  () => step("generated files", node, ["test/scripts/generate.mjs", "--check"]),
  () => step("lint", bin("oxlint"), ["--deny-warnings"]),
  () => step("format", bin("dprint"), ["check"]),
  ...packages.flatMap((project) => [
    () =>
      step(`no import circles in ${project}`, bin("madge"), [
        "--circular",
        "--extensions",
        "ts",
        "--ts-config",
        `${project}/tsconfig.json`,
        `${project}/src`
      ]),
    () => step(`publint ${project}`, bin("publint"), ["--strict", project]),
    () =>
      step(`types as consumers see them: ${project}`, bin("attw"), ["--pack", project, "--profile", "esm-only"], {
        cwd: root
      })
  ])
]
await Promise.all(Array.from({ length: availableParallelism() }, async () => {
  for (let next = steps.shift(); next !== undefined; next = steps.shift()) await check(next())
}))

const report = join(tmpdir(), `effect-scalingo-tests-${process.pid}.json`)
const { code } = await run(bin("pnpm"), [
  "--filter",
  "@effect-scalingo/test",
  "exec",
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`
], { env: { CI: "true" } })
try {
  const results = JSON.parse(readFileSync(report, "utf8"))
  passed += results.numPassedTests
  failed += results.numFailedTests
  // A test file that cannot be loaded fails without a failed test.
  if (code !== 0 && results.numFailedTests === 0) failed++
} catch {
  failed++
} finally {
  rmSync(report, { force: true })
}

finish()
