/**
 * `npm run test:long`: both packages, packed and installed by npm in an empty folder; `scalingo-sandbox` from there
 * serves the official JavaScript client, which lists apps, deploys, and follows logs and deployments. Needs a registry.
 */
import { execFileSync, spawn } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "effect-scalingo-packed-"))
const run = (command, args, cwd = folder) => execFileSync(command, args, { cwd, encoding: "utf8" })

try {
  for (const name of ["core", "node"]) {
    run(join(root, "node_modules/.bin/pnpm"), ["pack", "--pack-destination", folder], `${root}packages/${name}`)
  }
  const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz")).map((name) => `./${name}`)
  writeFileSync(join(folder, "package.json"), "{}")
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...tarballs, "scalingo@0.14.6"])

  const sandbox = spawn(join(folder, "node_modules/.bin/scalingo-sandbox"), ["--port", "0", "--speed", "30"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"]
  })
  const ended = new Promise((resolve) => sandbox.once("close", resolve))
  try {
    let output = ""
    await new Promise((resolve, reject) => {
      sandbox.stdout.setEncoding("utf8").on("data", (text) => {
        output += text
        if (/^Ready: \S+$/m.test(output)) resolve()
      })
      sandbox.once("close", () => reject(new Error(`it ended: ${output}`)))
    })
    const [, url] = /^Ready: (\S+)$/m.exec(output)
    const [, token] = /SCALINGO_API_TOKEN=(\S+)/.exec(output)
    const seen = JSON.parse(run(process.execPath, [`${root}test/src/node/officialProgram.mjs`, url, token]))
    if (seen.apps.length !== 2 || seen.final !== "success" || seen.news !== 1 || seen.output === "") {
      throw new Error(JSON.stringify(seen))
    }
    console.log(`packed sandbox: ${seen.apps.join(", ")}; ${seen.statuses.join(", ")}; ${seen.line.trim()}`)
  } finally {
    sandbox.kill("SIGTERM")
  }
  const code = await ended
  if (code !== 0) throw new Error(`it ended with ${code}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
