/**
 * Follows logs and a deployment in a page of a real browser: `run(executable, sandbox, screenshot)`. Returns what the page
 * shows.
 */
import { once } from "node:events"
import { createServer } from "node:http"
import { chromium } from "playwright-core"

const page = `<!doctype html><title>running</title><style>
body { background: #111; color: #ddd; font: 13px/1.4 monospace; display: grid; grid-template-columns: 1fr 1fr; gap: 1em }
pre { white-space: pre-wrap; overflow-wrap: anywhere } h2 { color: #6cf }
</style><section><h2>deployment</h2><pre id=deployment></pre></section><section><h2>logs</h2><pre id=logs></pre></section>
<script type=module src=/page.js></script>`

export const run = async (executablePath, script, { apiToken, authUrl }, screenshot) => {
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js"
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8")
    response.end(isScript ? script : page)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-proxy-server"]
  })
  try {
    const tab = await browser.newPage()
    await tab.goto(`http://127.0.0.1:${server.address().port}/?${new URLSearchParams({ authUrl, apiToken })}`)
    await tab.waitForFunction(() => document.title !== "running", undefined, { timeout: 120_000 })
    if (screenshot !== undefined) await tab.screenshot({ path: screenshot, fullPage: true })
    return {
      title: await tab.title(),
      deployment: await tab.textContent("#deployment"),
      logs: await tab.textContent("#logs")
    }
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
  }
}
