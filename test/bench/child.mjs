/**
 * Child processes that work on request: the server, and one process for each client.
 */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url))

/** Starts a module of this folder and waits for its first message. */
export const startChild = async (file, args = [], { execArgv = [] } = {}) => {
  const child = fork(pathOf(file), args, { execArgv, stdio: ["ignore", "inherit", "inherit", "ipc"] })
  const next = () =>
    new Promise((resolve, reject) => {
      const onExit = (code) => reject(new Error(`${[file, ...args].join(" ")} ended with exit code ${code}`))
      child.once("exit", onExit)
      child.once("message", (message) => {
        child.off("exit", onExit)
        if (message.error === undefined) resolve(message)
        else reject(new Error(`${[file, ...args].join(" ")}: ${message.error}`))
      })
    })
  const first = await next()
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve()
      child.once("exit", resolve)
      if (child.connected) child.disconnect()
    })
  const ask = (message) => {
    const reply = next()
    child.send(message)
    return reply
  }
  return { first, ask, stop }
}

/** In a child: tells that it is ready, and replies to each message. */
export const serveParent = (first, handle) => {
  process.on("message", async (message) => {
    try {
      process.send(await handle(message))
    } catch (error) {
      process.send({ error: error instanceof Error ? error.stack : String(error) })
    }
  })
  process.on("disconnect", () => process.exit())
  process.send(first)
}
