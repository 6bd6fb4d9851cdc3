/**
 * `npm test`: installs and builds the workspace, then runs all tests, and checks and lints beside them. The last line is
 * the number of passed and failed tests. A failed check counts as a failed test.
 */
import { readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bin, install, nativeCompiler, step, vitest } from "./steps.mjs"

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

// The tests start processes that use what is built.
await check(
  step("build, with Effect diagnostics", node, [
    "test/scripts/tsc.mjs",
    "-b",
    "packages/core",
    "packages/node",
    "examples"
  ])
)

await check(step("programs of the tests", node, ["test/scripts/programs.mjs"]))

const nativeCheck = ["-p", "test", "--noEmit", "--singleThreaded", "--tsBuildInfoFile", "test/dist/native.tsbuildinfo"]

/** The other checks, which do not depend on each other. The longest ones come first. */
const steps = [
  // Effect's diagnostics of the tests take much longer: `npm run check` and `npm run test:long` have them. The other
  // core is busy with tests.
  () => step("types of the tests", node, [nativeCompiler, ...nativeCheck]),
  () => step("generated files", node, ["test/scripts/generate.mjs", "--check"]),
  () => step("lint", bin("oxlint"), ["--deny-warnings"]),
  () => step("format", bin("dprint"), ["check"]),
  ...packages.map((project) => () => step(`publint ${project}`, bin("publint"), ["--strict", project]))
]
const checks = async () => {
  for (const next of steps) await check(next())
}

// Tests spend much time waiting, and the checks use it.
const report = join(tmpdir(), `effect-scalingo-tests-${process.pid}.json`)
const [{ code }] = await Promise.all([
  vitest(["--reporter=default", "--reporter=json", `--outputFile.json=${report}`], { PROGRAMS: "bundled" }),
  checks()
])
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
