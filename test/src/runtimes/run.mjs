/**
 * `npm run test:runtimes`: runs the program on Node, Bun, Deno and Chromium against the sandbox in a process of its own,
 * and prints a table. The runtimes come from npm, into a temporary folder; Chromium is the one of this machine. A
 * runtime that is not available does not count as a failure.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Browser from "./browser.mjs"
import { expected } from "./program.mjs"

const file = (name) => fileURLToPath(new URL(name, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "effect-scalingo-runtimes-"))
const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`

/** The permissions that Deno needs: for the core package only the network. */
const denoFlags = { core: ["--allow-net"], node: ["--allow-net", "--allow-env", "--allow-read", "--allow-sys"] }

const node = (version) => ({
  name: "Node",
  version,
  package: `node-${platform}`,
  executables: [`node-${platform}/bin/node`, `node-${platform}/bin/node.exe`],
  flags: () => []
})
const runtimes = [
  ...["20.20.2", "22.23.3", "24.21.0", "26.10.0"].map(node),
  {
    name: "Bun",
    version: "1.4.5",
    package: "bun",
    executables: ["bun/bin/bun.exe", `@oven/bun-${platform}/bin/bun`],
    flags: () => ["run"]
  },
  {
    name: "Deno",
    version: "2.9.6",
    package: "deno",
    executables: ["deno/deno", "deno/deno.exe", "@deno/linux-x64-glibc/deno"],
    flags: (kind) => ["run", "--quiet", "--no-prompt", "--no-config", "--node-modules-dir=manual", ...denoFlags[kind]]
  }
]

/** Runs a command for at most two minutes. */
const run = (command, args) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 })
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", (data) => (stdout += data))
    child.stderr.on("data", (data) => (stderr += data))
    child.on("error", (error) => resolve({ code: 1, stdout, stderr: error.message }))
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  })

/** The executable of a runtime from npm; `undefined` when it cannot be installed here. */
const install = async (runtime) => {
  const prefix = join(folder, `${runtime.package}-${runtime.version}`)
  const specifier = `${runtime.package}@${runtime.version}`
  await run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", prefix, specifier])
  return runtime.executables.map((path) => join(prefix, "node_modules", path)).find(existsSync)
}

const rows = []
let failed = 0
const report = (runtime, usage, outcome, details = "") => {
  rows.push({ runtime, usage, outcome })
  console.log(`${runtime}, ${usage}: ${outcome}${details}`)
}
/** Compares the last line of the output, or the whole text of a page, with the expected result. */
const check = (runtime, usage, output, errors, since) => {
  const text = output.trim().split("\n").at(-1)
  if (text === JSON.stringify(expected)) {
    report(runtime, usage, `ok (${((performance.now() - since) / 1000).toFixed(1)} s)`)
  } else {
    failed++
    report(runtime, usage, "FAILED", `\n${output.trim()}\n${errors.trim()}`.slice(0, 2000))
  }
}

const findChromium = () =>
  ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)))
    .find(existsSync)

/** Bundles a module for browsers. */
const bundle = async (entry) => {
  const fromVitest = createRequire(createRequire(import.meta.url).resolve("vitest/package.json"))
  const esbuild = createRequire(fromVitest.resolve("vite/package.json"))("esbuild")
  const { outputFiles } = await esbuild.build({
    entryPoints: [file(entry)],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    write: false
  })
  return outputFiles[0].contents
}

/** Serves the page. Its image is sent when the program has ended, so that the page has loaded only then. */
const servePage = async () => {
  const script = await bundle("page.mjs")
  let image
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost")
    if (pathname === "/") {
      response.setHeader("content-type", "text/html; charset=utf-8")
      response.end("<!doctype html><body>running</body><img src=/image><script type=module src=/page.js></script>")
    } else if (pathname === "/page.js") {
      response.setHeader("content-type", "text/javascript")
      response.end(script)
    } else if (pathname === "/image") {
      image = response
    } else {
      response.end()
      if (pathname === "/done") image?.end()
    }
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return { server, url: `http://127.0.0.1:${server.address().port}/`, size: script.length }
}

const runChromium = async (executable, { apiToken, authUrl }) => {
  const version = /^\S+ [\d.]+/.exec((await run(executable, ["--version"])).stdout)?.[0] ?? "Chromium"
  const page = await servePage()
  try {
    const since = performance.now()
    const { stderr, stdout } = await run(executable, [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-quic",
      "--no-proxy-server",
      `--user-data-dir=${mkdtempSync(join(folder, "chromium-"))}`,
      "--dump-dom",
      `${page.url}?${new URLSearchParams({ authUrl, apiToken })}`
    ])
    const text = /<body>([^]*?)(<|$)/.exec(stdout)?.[1] ?? stdout
    check(version, `core in a page of ${Math.round(page.size / 1024)} kB`, text, stderr, since)
  } finally {
    page.server.closeAllConnections()
    page.server.close()
  }
}

/** The lines of logs and of a deployment in a page. `--screenshot <file>` keeps a picture of it. */
const runLivePage = async (executable, sandbox) => {
  const since = performance.now()
  const index = process.argv.indexOf("--screenshot")
  const screenshot = index === -1 ? undefined : process.argv[index + 1]
  const shown = await Browser.run(executable, await bundle("livePage.mjs"), sandbox, screenshot)
  const lines = shown.logs.trim().split("\n").length
  const isRight = shown.title === "done" && lines === 12 && shown.deployment.trimEnd().endsWith("[success]")
  if (!isRight) failed++
  const took = ((performance.now() - since) / 1000).toFixed(1)
  report(
    "Chromium",
    "live lines in a page",
    isRight ? `ok (${took} s)` : `FAILED: ${JSON.stringify(shown).slice(0, 2000)}`
  )
}

const sandbox = spawn(process.execPath, [file("server.mjs")], { stdio: ["ignore", "pipe", "inherit"] })
try {
  const [line] = await once(createInterface({ input: sandbox.stdout }), "line")
  const { apiToken, authUrl } = JSON.parse(line)
  for (const runtime of runtimes) {
    const name = `${runtime.name} ${runtime.version}`
    const executable = await install(runtime)
    if (executable === undefined) {
      report(name, "-", `not available: npm has no ${runtime.package}@${runtime.version} for ${platform}`)
      continue
    }
    for (const kind of ["core", "node"]) {
      const since = performance.now()
      const { stderr, stdout } = await run(executable, [
        ...runtime.flags(kind),
        file(`${kind}.mjs`),
        authUrl,
        apiToken
      ])
      check(name, kind, stdout, stderr, since)
    }
  }
  const chromium = findChromium()
  if (chromium === undefined) report("Chromium", "-", "not available: there is none on this machine")
  else {
    await runChromium(chromium, { apiToken, authUrl })
    await runLivePage(chromium, { apiToken, authUrl })
  }
} finally {
  sandbox.kill()
  rmSync(folder, { recursive: true, force: true })
}
const width = (key) => Math.max(...rows.map((row) => row[key].length))
console.log()
for (const { outcome, runtime, usage } of rows) {
  console.log(`${runtime.padEnd(width("runtime"))}  ${usage.padEnd(width("usage"))}  ${outcome}`)
}
process.exitCode = failed === 0 ? 0 : 1
