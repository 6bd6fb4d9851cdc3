/**
 * `tsc` with the rules of Effect's language service, so that one pass checks both: `node test/scripts/tsc.mjs -b`. After
 * `-b`, `bundle.mjs` makes the files of the core package that are published.
 *
 * `effect-language-service patch` changes the compiler's files. The installed ones may be hard links to pnpm's store, so
 * a copy below `node_modules/.cache` is patched, once for each version. The copy has a version of its own: what one of
 * the two compilers has checked does not count for the other, because build information names the version.
 */
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url))
const versionOf = (name) => JSON.parse(Fs.readFileSync(join(modules, name, "package.json"), "utf8")).version

const bundle = fileURLToPath(new URL("bundle.mjs", import.meta.url))
const coreFolder = (path) => fileURLToPath(new URL(`../../packages/core/${path}`, import.meta.url))
const outputs = [coreFolder("build"), coreFolder("dist")]

const compiler = join(modules, "typescript")
const plugin = join(modules, "@effect/language-service")
const version = versionOf("typescript")
const patched = join(modules, ".cache", `tsc-${version}-effect-${versionOf("@effect/language-service")}`)

/** Patches the files of a folder, which becomes a TypeScript package without the services of editors. */
const patch = (copy) => {
  Fs.mkdirSync(join(copy, "lib"))
  const files = Fs.readdirSync(join(compiler, "lib")).filter((name) => /^_?tsc\.js$|^lib\..*\.d\.ts$/.test(name))
  for (const file of ["package.json", ...files.map((name) => `lib/${name}`)]) {
    Fs.cpSync(join(compiler, file), join(copy, file), { dereference: true })
  }
  // The patch reads it.
  Fs.symlinkSync(join(compiler, "lib/typescript.js"), join(copy, "lib/typescript.js"))
  const main = join(copy, "lib/_tsc.js")
  const text = Fs.readFileSync(main, "utf8")
  const named = text.replace(`var version = "${version}";`, `var version = "${version}+effect";`)
  if (named === text) throw new Error(`the version of TypeScript ${version} is not where it was`)
  Fs.writeFileSync(main, named)
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [join(plugin, "cli.js"), "patch", "--dir", copy, "--module", "tsc"],
    { encoding: "utf8" }
  )
  if (status !== 0 || !Fs.readFileSync(main, "utf8").includes("@effect-lsp-patch")) throw new Error(stdout + stderr)
}

if (!Fs.existsSync(patched)) {
  Fs.mkdirSync(dirname(patched), { recursive: true })
  const copy = Fs.mkdtempSync(`${patched}-`)
  try {
    patch(copy)
    // Another process may have done the same meanwhile.
    if (!Fs.existsSync(patched)) Fs.renameSync(copy, patched)
  } finally {
    Fs.rmSync(copy, { recursive: true, force: true })
  }
}

const args = process.argv.slice(2)
if (args.includes("-b")) {
  // The compiler does not look whether what it has compiled is still there.
  if (!outputs.every((folder) => Fs.existsSync(folder))) Fs.rmSync(coreFolder("dist/.tsbuildinfo"), { force: true })
  // It ends the process. With an error in one project, it has compiled those below.
  process.on("exit", (code) => {
    if (args.includes("--clean")) {
      return outputs.forEach((folder) => Fs.rmSync(folder, { recursive: true, force: true }))
    }
    if ((code !== 0 && code !== 2) || !Fs.existsSync(coreFolder("build/index.js"))) return
    const { status } = spawnSync(process.execPath, [bundle], { stdio: "inherit" })
    process.exitCode = code || (status ?? 1)
  })
}
await import(pathToFileURL(join(patched, "lib/tsc.js")).href)
