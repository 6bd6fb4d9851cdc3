/**
 * `npm run test:long`: `scalingo-sandbox` from the packed packages, in a folder that has nothing else.
 * `long/packedSandbox.mjs` does the same with an installation by npm.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { run, runNode, tsc } from "../processes.js"
import { startSandbox } from "../sandboxCommand.js"
import { temporaryFolder } from "../temporaryFolder.js"
import { root } from "./typescript.js"

interface Manifest {
  readonly bin?: { readonly [name: string]: string }
  readonly dependencies?: { readonly [name: string]: string }
  readonly peerDependencies?: { readonly [name: string]: string }
}

const succeed = (command: string, args: ReadonlyArray<string>, cwd: string) =>
  Effect.promise(async () => {
    const { code, output } = await run(command, args, { cwd })
    if (code !== 0) throw new Error(output)
  })

/** Packs a package, and unpacks it into the modules of a folder. */
const unpackInto = (folder: string, name: "core" | "node") =>
  Effect.gen(function*() {
    const tarball = Path.join(folder, `${name}.tgz`)
    const target = Path.join(folder, "node_modules/@effect-scalingo", name)
    Fs.mkdirSync(target, { recursive: true })
    yield* succeed(`${root}node_modules/.bin/pnpm`, ["pack", "--out", tarball], `${root}packages/${name}`)
    yield* succeed("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"], folder)
    const manifest: Manifest = JSON.parse(Fs.readFileSync(Path.join(target, "package.json"), "utf8"))
    return { manifest, target }
  })

/** Links a package that is installed in this repository. */
const link = (folder: string, name: string, from: string) => {
  const path = Path.join(folder, "node_modules", name)
  if (Fs.existsSync(path)) return
  Fs.mkdirSync(Path.dirname(path), { recursive: true })
  Fs.symlinkSync(Fs.realpathSync(`${root}${from}/node_modules/${name}`), path, "junction")
}

beforeAll(tsc("-b", "packages/core", "packages/node"))

it.scopedLive("the packed sandbox serves the official JavaScript client", () =>
  Effect.gen(function*() {
    const folder = yield* temporaryFolder
    const core = yield* unpackInto(folder, "core")
    const node = yield* unpackInto(folder, "node")
    for (const [{ manifest }, from] of [[core, "packages/core"], [node, "packages/node"]] as const) {
      for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
        link(folder, name, from)
      }
    }
    link(folder, "scalingo", "test")

    const program = Path.join(node.target, node.manifest.bin?.["scalingo-sandbox"] ?? "missing")
    const sandbox = yield* startSandbox(["--speed", "30"], { cwd: folder, program })
    const token = /export SCALINGO_API_TOKEN=(\S+)/.exec(sandbox.output())?.[1] ?? ""
    const official = `${root}test/src/node/officialProgram.mjs`
    const { code, output } = yield* Effect.promise(() => runNode([official, sandbox.url, token], { cwd: folder }))
    assert.strictEqual(code, 0, output)
    const seen = JSON.parse(output)
    assert.sameMembers(seen.apps, ["example-app", "another-app"])
    assert.match(seen.line, /^\d{4}-\d\d-\d\d .* \[\w+-\d+\] ./)
    assert.deepInclude(seen, { upload: 200, final: "success", news: 1 })
    assert.deepStrictEqual(seen.statuses, ["building", "pushing", "starting", "success"])
    assert.isAbove(seen.output.length, 100)
    assert.strictEqual(yield* sandbox.end("SIGTERM"), 0)
  }))
