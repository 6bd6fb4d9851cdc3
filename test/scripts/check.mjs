/**
 * `npm test`: installs, builds, checks and lints the workspace, and runs all tests. The last line is the number of passed
 * and failed tests. A failed check counts as a failed test.
 */
import { readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
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

await check(step("types and build", bin("tsc"), ["-b"]))
await check(step("generated files", process.execPath, ["test/scripts/generate.mjs", "--check"]))
await check(step("lint", bin("oxlint"), ["--deny-warnings"]))
await check(step("format", bin("dprint"), ["check"]))
for (const project of packages) {
  await check(step(`no import circles in ${project}`, bin("madge"), [
    "--circular",
    "--extensions",
    "ts",
    "--ts-config",
    `${project}/tsconfig.json`,
    `${project}/src`
  ]))
}
// The project of the tests references all the others.
await check(step("Effect diagnostics", bin("effect-language-service"), [
  "diagnostics",
  "--strict",
  "--format",
  "text",
  "--project",
  "test/tsconfig.json"
]))

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

for (const project of packages) {
  await check(step(`publint ${project}`, bin("publint"), ["--strict", project]))
  await check(
    step(`types as consumers see them: ${project}`, bin("attw"), ["--pack", project, "--profile", "esm-only"], {
      cwd: root
    })
  )
}

finish()
