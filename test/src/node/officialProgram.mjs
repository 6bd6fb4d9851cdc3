/**
 * A program with the official JavaScript client, which is run in a folder that has nothing but packages: it lists apps,
 * follows logs and deployments, deploys from a source, and prints what it has seen as JSON.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"

const [url, token] = process.argv.slice(2)
// Only for a program that hangs.
setTimeout(() => process.exit(3), 240_000).unref()
const { clientFromToken } = createRequire(join(process.cwd(), "program.js"))("scalingo")

const client = await clientFromToken(token, {
  apiUrl: `${url}/api/osc-fr1`,
  authApiUrl: `${url}/auth`,
  billingApiUrl: `${url}/billing`
})
const name = "example-app"
const apps = await client.Apps.all()

const logs = await client.Logs.listenerFor(name)
const line = new Promise((resolve) => logs.onLog(resolve))

const deployments = await client.Apps.deploymentListener(name)
await new Promise((resolve) => deployments.onOpen(resolve))
const seen = { news: 0, output: "", statuses: [] }
deployments.onNew(() => seen.news++)
deployments.onLog(({ content }) => {
  seen.output += content
})
const ended = new Promise((resolve) =>
  deployments.onStatus(({ status }) => {
    seen.statuses.push(status)
    if (status === "success" || status.endsWith("error")) resolve()
  })
)

const { data: { source } } = await client.apiClient().post("/sources", {})
mkdirSync("deployed", { recursive: true })
writeFileSync(join("deployed", "index.js"), "console.log(1)\n")
const archive = execFileSync("tar", ["-czf", "-", "deployed"])
const upload = await fetch(source.upload_url, {
  method: "PUT",
  headers: { "content-type": "application/x-gzip", "content-length": String(archive.length) },
  body: archive
})
const deployment = await client.Deployments.create(name, { git_ref: "v1", source_url: source.download_url })
await ended
const final = await client.Deployments.find(name, deployment.id)
console.log(JSON.stringify({
  apps: apps.map((app) => app.name),
  line: await line,
  upload: upload.status,
  final: final.status,
  ...seen
}))
logs.close()
deployments.close()
process.exit(0)
