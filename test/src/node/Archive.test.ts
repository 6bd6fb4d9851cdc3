import * as Archive from "@effect-scalingo/node/Archive"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Stream } from "effect"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Net from "node:net"
import * as Path from "node:path"
import { gunzipSync } from "node:zlib"
import { temporaryFolder } from "../temporaryFolder.js"
import { turn } from "../turn.js"

type Tree = { readonly [path: string]: string | Uint8Array }

/** Writes files, by path. A path that ends with a slash is an empty folder. */
const write = (folder: string, tree: Tree) => {
  for (const [path, content] of Object.entries(tree)) {
    const target = Path.join(folder, path)
    Fs.mkdirSync(path.endsWith("/") ? target : Path.dirname(target), { recursive: true })
    if (!path.endsWith("/")) Fs.writeFileSync(target, content)
  }
}

/** A folder named `app` with files, which is gone after the test. */
const folderWith = (tree: Tree) =>
  Effect.map(temporaryFolder, (parent) => {
    const folder = Path.join(parent, "app")
    Fs.mkdirSync(folder)
    write(folder, tree)
    return folder
  })

const bytesOf = (archive: Archive.Archive) =>
  Effect.map(Stream.runCollect(archive.content), (chunks) => Buffer.concat(Chunk.toReadonlyArray(chunks)))

const pathsOf = (folder: string, options?: Archive.Options) =>
  Effect.map(
    Stream.runCollect(Stream.filter(Archive.list(folder, options), ({ type }) => type === "file")),
    (entries) => Array.from(entries, ({ path }) => path)
  )

const run = (command: string, args: ReadonlyArray<string>, cwd?: string) =>
  execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C.UTF-8" }
  })

const has = (command: string) => {
  try {
    run(command, ["--version"])
    return true
  } catch {
    return false
  }
}

const hasTar = has("tar")
const hasGit = has("git")
const isWindows = process.platform === "win32"

/** Packs a folder and unpacks it with the machine's own tar. */
const unpack = (folder: string, options?: Archive.Options) =>
  Effect.gen(function*() {
    const archive = yield* Archive.fromDirectory(folder, options)
    const target = yield* temporaryFolder
    const file = Path.join(target, "source.tar.gz")
    Fs.writeFileSync(file, yield* bytesOf(archive))
    const listing = run("tar", ["-tzf", file]).trim().split("\n")
    run("tar", ["-xzf", file, "-C", target])
    Fs.rmSync(file)
    return { archive, target, listing }
  })

describe("an archive", () => {
  it.scoped("has one folder at its root, with what the directory holds", () =>
    Effect.gen(function*() {
      const long = `${"folder-with-a-long-name/".repeat(12)}${"file".repeat(40)}.txt`
      const tree: Tree = {
        "a.txt": "a",
        "bin/start": "#!/bin/sh\n",
        "empty/": "",
        "empty.txt": "",
        "lib/exact.bin": new Uint8Array(1024).fill(7),
        "lib/large.bin": new Uint8Array(700_001).fill(8),
        "été/grüße 日本.txt": "non-ASCII",
        "with\nnewline": "odd",
        [long]: "long"
      }
      const folder = yield* folderWith(tree)
      Fs.chmodSync(Path.join(folder, "bin/start"), 0o700)
      const { archive, listing, target } = yield* unpack(folder)
      assert.deepStrictEqual(Fs.readdirSync(target), ["app"])
      assert.isTrue(listing.every((name) => name.startsWith("app/")))
      for (const [path, content] of Object.entries(tree)) {
        if (path.endsWith("/")) assert.isTrue(Fs.statSync(Path.join(target, "app", path)).isDirectory())
        else assert.isTrue(Fs.readFileSync(Path.join(target, "app", path)).equals(Buffer.from(content)), path)
      }
      assert.strictEqual(archive.files, 8)
      assert.strictEqual(archive.contentType, "application/x-gzip")
      assert.strictEqual(Fs.statSync(Path.join(target, "app/bin/start")).mode & 0o777, 0o755)
      assert.strictEqual(Fs.statSync(Path.join(target, "app/a.txt")).mode & 0o777, 0o644)
      assert.isAbove(Fs.statSync(Path.join(target, "app/a.txt")).mtime.getUTCFullYear(), 1979)
    }).pipe((test) => hasTar ? test : Effect.void))

  it.scoped("says its exact length and size, and can be read again", () =>
    Effect.gen(function*() {
      const folder = yield* folderWith({ "a.txt": "a", "large.bin": new Uint8Array(1_000_000).fill(1) })
      const archive = yield* Archive.fromDirectory(folder)
      const bytes = yield* bytesOf(archive)
      assert.strictEqual(bytes.length, archive.length)
      assert.strictEqual(gunzipSync(bytes).length, archive.size)
      assert.isTrue((yield* bytesOf(archive)).equals(bytes))
    }))

  it.scoped("has the same bytes for the same tree, whenever and by whomever it was written", () =>
    Effect.gen(function*() {
      const tree: Tree = { "b/z": "z", "b/a": "a", "a": "1", "B": "2", "ä": "3" }
      const [first, second] = [yield* folderWith(tree), yield* folderWith({})]
      for (const [path, content] of Object.entries(tree).toReversed()) write(second, { [path]: content })
      Fs.utimesSync(Path.join(second, "a"), 1, 1)
      Fs.chmodSync(Path.join(second, "a"), 0o600)
      Fs.chmodSync(Path.join(second, "b"), 0o700)
      const [one, two] = [
        yield* bytesOf(yield* Archive.fromDirectory(first)),
        yield* bytesOf(yield* Archive.fromDirectory(second))
      ]
      assert.isTrue(one.equals(two))
      // The time and the platform of gzip's header.
      assert.deepStrictEqual([...one.subarray(4, 8), one[9]], [0, 0, 0, 0, 255])
      const names = [...gunzipSync(one).toString("latin1").matchAll(/app\/[\x21-\x7e]*(?=\0)/g)].map(([name]) => name)
      assert.includeMembers(names, ["app/", "app/B", "app/a", "app/b/", "app/b/a", "app/b/z"])
      assert.deepStrictEqual(names.slice(0, 6), ["app/", "app/B", "app/a", "app/b/", "app/b/a", "app/b/z"])
    }))

  it.scoped("has a root of another name on request, but only one", () =>
    Effect.gen(function*() {
      const folder = yield* folderWith({ a: "a" })
      const bytes = gunzipSync(yield* bytesOf(yield* Archive.fromDirectory(folder, { root: "my-app" })))
      assert.strictEqual(bytes.toString("latin1", 0, 8), "my-app/\0")
      for (const root of ["", ".", "..", "a/b", "a\\b"]) {
        const error = yield* Effect.flip(Archive.fromDirectory(folder, { root }))
        assert.strictEqual(error._tag, "ArchiveError")
      }
    }))

  it.scoped("is refused when it is too large, with the largest files by name", () =>
    Effect.gen(function*() {
      const folder = yield* folderWith({ "small": "x", "b/large": "x".repeat(5000), "larger": "x".repeat(6000) })
      const { size } = yield* Archive.fromDirectory(folder)
      assert.strictEqual((yield* Archive.fromDirectory(folder, { maxSize: size })).size, size)
      const error = yield* Effect.flip(Archive.fromDirectory(folder, { maxSize: size - 1 }))
      if (error._tag !== "ArchiveTooLarge") return assert.fail(error._tag)
      assert.deepInclude(error, { directory: folder, size, maxSize: size - 1 })
      assert.deepStrictEqual(error.largest.slice(0, 2), [{ path: "larger", size: 6000 }, {
        path: "b/large",
        size: 5000
      }])
      assert.include(error.message, "larger (6000 bytes), b/large (5000 bytes)")
      // A dry run shows what there is.
      assert.lengthOf(yield* pathsOf(folder, { maxSize: 1 }), 3)
    }))

  it.scoped("fails with the path that cannot be read", () =>
    Effect.gen(function*() {
      const folder = yield* folderWith({ file: "x" })
      for (const directory of [Path.join(folder, "missing"), Path.join(folder, "file")]) {
        const error = yield* Effect.flip(Archive.fromDirectory(directory))
        assert.strictEqual(error._tag, "ArchiveError")
        assert.include(error.message, directory)
        assert.strictEqual((yield* Effect.flip(Stream.runDrain(Archive.list(directory))))._tag, "ArchiveError")
      }
    }))
})

describe("what an archive holds", () => {
  /** Rules that implementations get wrong. */
  const tricky: Tree = {
    ".gitignore": "\ufeffnode_modules/\n*.log\n!keep.log\n/build\ndoc/*.txt\n**/cache\n\\#hash\ntrail \nname\\ \n" +
      "a/**/z\nlogs/*\n!logs/important\nFoo\n[ab].bin\nlast",
    ".gitattributes": "",
    "a/.gitignore": "!x.log\nsecret\n/only-here",
    "a/b/.gitignore": "*\n!.gitignore\n!wanted",
    "a/b/wanted": "",
    "a/b/unwanted": "",
    "a/only-here": "",
    "a/deep/only-here": "",
    "a/secret": "",
    "a/x.log": "",
    "a/y.log": "",
    "a/z": "",
    "a/q/r/z": "",
    "build/x": "",
    "src/build/x": "",
    "doc/a.txt": "",
    "doc/sub/a.txt": "",
    "x/cache/y": "",
    "#hash": "",
    "trail": "",
    "name ": "",
    "logs/important": "",
    "logs/other": "",
    "foo": "",
    "Foo": "",
    "a.bin": "",
    "c.bin": "",
    "keep.log": "",
    "last": "",
    "node_modules/.gitignore": "!*",
    "node_modules/x/index.js": "",
    "src/node_modules": "a file",
    "src/App.js": ""
  }

  it.scoped("is what git would add", () =>
    Effect.gen(function*() {
      const folder = yield* folderWith(tricky)
      run("git", ["init", "-q"], folder)
      const listed = run("git", ["ls-files", "-z", "-co", "--exclude-standard"], folder).split("\0").filter(Boolean)
      assert.isAbove(listed.length, 10)
      assert.sameMembers(yield* pathsOf(folder), listed)
      assert.notInclude(yield* pathsOf(folder, { gitignore: false }), ".git/HEAD")
      assert.include(yield* pathsOf(folder, { gitignore: false }), "node_modules/x/index.js")
    }).pipe((test) => hasGit ? test : Effect.void))

  const tree: Tree = {
    ".env": "SECRET=1",
    ".env.example": "SECRET=",
    "sub/.env.production": "SECRET=2",
    ".git/HEAD": "ref",
    "sub/.git": "gitdir: ../.git/modules/sub",
    ".gitignore": "dist/\n*.map",
    ".slugignore": "spec",
    ".scalingoignore": "doc\n!.env.example\n!sub/b.map",
    "spec/a": "",
    "doc/a": "",
    "sub/b.map": "",
    "c.map": "",
    "dist/app.js": "",
    "dist/app.map": "",
    "dist/.env": "",
    "lib/a.js": ""
  }
  const standard = [
    ".env.example",
    ".gitignore",
    ".scalingoignore",
    ".slugignore",
    "lib/a.js",
    "spec/a",
    "sub/b.map"
  ]

  it.scoped("leaves out .git, .env* and what the ignore files say, and ships what .slugignore names", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* pathsOf(yield* folderWith(tree)), standard)
    }))

  it.scoped("has what an include brings back, unless an exclude has it", () =>
    Effect.gen(function*() {
      const folder = yield* folderWith(tree)
      const more = (include: ReadonlyArray<string>, exclude: ReadonlyArray<string> = []) =>
        Effect.map(pathsOf(folder, { include, exclude }), (paths) => paths.filter((path) => !standard.includes(path)))
      assert.deepStrictEqual(yield* more([".env"]), [".env"])
      assert.deepStrictEqual(yield* more([".env*"], ["sub"]), [".env"])
      assert.deepStrictEqual(yield* more(["/.git"]), [".git/HEAD"])
      assert.deepStrictEqual(yield* more(["dist"]), ["dist/.env", "dist/app.js", "dist/app.map"])
      assert.deepStrictEqual(yield* more(["dist"], ["*.map", ".env"]), ["dist/app.js"])
      // An include of a path reaches into a folder that is left out.
      assert.deepStrictEqual(yield* more(["/dist/*.js", "doc/a"]), ["dist/app.js", "doc/a"])
      assert.notInclude(yield* pathsOf(folder, { exclude: ["/lib"] }), "lib/a.js")
    }))

  it.scoped("is listed with sizes, in the order of the archive", () =>
    Effect.gen(function*() {
      const folder = yield* folderWith({ "b/c": "123", "a": "12345", "empty/": "" })
      const entries = Array.from(yield* Stream.runCollect(Archive.list(folder)))
      assert.deepStrictEqual(entries, [
        { path: "a", type: "file", size: 5 },
        { path: "b", type: "folder", size: 0 },
        { path: "b/c", type: "file", size: 3 },
        { path: "empty", type: "folder", size: 0 }
      ])
    }))

  it.scoped("never includes FIFOs and sockets, which are listed and not opened", () =>
    Effect.gen(function*() {
      const folder = yield* folderWith({ a: "a", "sub/": "" })
      run("mkfifo", [Path.join(folder, "pipe"), Path.join(folder, "sub/.gitignore")])
      const server = Net.createServer()
      yield* Effect.acquireRelease(
        Effect.async<void>((resume) => {
          server.listen(Path.join(folder, "socket"), () => resume(Effect.void))
        }),
        () => Effect.sync(() => server.close())
      )
      const entries = Array.from(yield* Stream.runCollect(Archive.list(folder)))
      assert.includeDeepMembers(entries, [
        { path: "pipe", type: "fifo", size: 0 },
        { path: "socket", type: "socket", size: 0 },
        { path: "sub/.gitignore", type: "fifo", size: 0 }
      ])
      const { archive, target } = yield* unpack(folder)
      assert.strictEqual(archive.files, 1)
      assert.deepStrictEqual(Fs.readdirSync(Path.join(target, "app"), { recursive: true }), ["a", "sub"])
    }).pipe((test) => isWindows || !hasTar ? Effect.void : test))
})

describe("links in an archive", () => {
  const linked = (links: { readonly [path: string]: string }, tree: Tree = { "a/b/file": "content", "top": "t" }) =>
    Effect.tap(folderWith(tree), (folder) =>
      Effect.sync(() => {
        for (const [path, target] of Object.entries(links)) Fs.symlinkSync(target, Path.join(folder, path))
      }))

  it.scoped("are kept, also those to something that is missing", () =>
    Effect.gen(function*() {
      const links = { "to-file": "a/b/file", "a/up": "../top", "to-folder": "a", "dangling": "nowhere", "self": "self" }
      const { archive, target } = yield* unpack(yield* linked(links))
      for (const [path, to] of Object.entries(links)) {
        assert.strictEqual(Fs.readlinkSync(Path.join(target, "app", path)), to)
      }
      assert.strictEqual(archive.files, 2)
    }).pipe((test) => hasTar ? test : Effect.void))

  it.scoped("are followed on request", () =>
    Effect.gen(function*() {
      const folder = yield* linked({ "to-file": "a/b/file", "to-folder": "a/b" })
      const { archive, target } = yield* unpack(folder, { links: "follow" })
      assert.isTrue(Fs.lstatSync(Path.join(target, "app/to-file")).isFile())
      assert.strictEqual(Fs.readFileSync(Path.join(target, "app/to-folder/file"), "utf8"), "content")
      assert.strictEqual(archive.files, 4)
    }).pipe((test) => hasTar ? test : Effect.void))

  const refusals: { readonly [name: string]: readonly [links: { readonly [path: string]: string }, path: string] } = {
    "to the outside": [{ "l": "../other" }, "l"],
    "to the outside, from a folder": [{ "a/l": "../../app-2/x" }, "a/l"],
    "to an absolute path": [{ "l": "/etc/hostname" }, "l"],
    "to the outside over another link": [{ "a/b/deep": "../..", "l": "a/b/deep/../x" }, "l"]
  }
  for (const [name, [links, path]] of Object.entries(refusals)) {
    it.scoped(`are refused when they lead ${name}`, () =>
      Effect.gen(function*() {
        const folder = yield* linked(links)
        write(Path.dirname(folder), { "other": "secret", "x": "secret", "app-2/x": "secret" })
        for (const kind of ["keep", "follow"] as const) {
          const error = yield* Effect.flip(Archive.fromDirectory(folder, { links: kind, exclude: ["deep"] }))
          assert.deepInclude(error, { _tag: "LinkRefused", path, reason: "outside" })
          assert.include(error.message, `${path} -> `)
          assert.strictEqual(
            (yield* Effect.flip(Stream.runDrain(Archive.list(folder, { links: kind }))))._tag,
            "LinkRefused"
          )
        }
        // What is left out is not looked at.
        yield* Archive.fromDirectory(folder, { exclude: ["l", "deep"] })
      }))
  }

  it.scoped("do not bring what is left out under another name", () =>
    Effect.gen(function*() {
      const folder = yield* linked({ settings: ".env", history: ".git", config: "a" })
      write(folder, { ".env": "SECRET=1", ".git/config": "", "a/.env.local": "SECRET=2" })
      const paths = yield* pathsOf(folder, { links: "follow" })
      assert.deepStrictEqual(paths.filter((path) => /settings|history|env/.test(path)), [])
      // Named, it comes.
      assert.include(yield* pathsOf(folder, { links: "follow", include: ["settings"] }), "settings")
    }))

  it.scoped("that lead nowhere can be left out", () =>
    Effect.gen(function*() {
      const folder = yield* linked({ dangling: "nowhere" })
      assert.strictEqual((yield* Effect.flip(pathsOf(folder, { links: "follow" })))._tag, "ArchiveError")
      assert.notInclude(yield* pathsOf(folder, { links: "follow", exclude: ["dangling"] }), "dangling")
    }))

  it.scoped("are refused when following them does not end", () =>
    Effect.gen(function*() {
      const folder = yield* linked({ "a/back": "..", "a/b/sideways": "../../a/b" })
      const error = yield* Effect.flip(Archive.fromDirectory(folder, { links: "follow" }))
      assert.deepInclude(error, { _tag: "LinkRefused", reason: "cycle" })
      yield* Archive.fromDirectory(folder)
    }))
})

describe("the temporary file of an archive", () => {
  const filesIn = (folder: string) => Fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()

  it.scoped("can be read by its owner only, and is removed with the scope", () =>
    Effect.gen(function*() {
      const temporaryDirectory = yield* temporaryFolder
      const folder = yield* folderWith({ a: "a" })
      yield* Effect.scoped(Effect.gen(function*() {
        yield* Archive.fromDirectory(folder, { temporaryDirectory })
        const [directory = "", file = ""] = filesIn(temporaryDirectory)
        assert.strictEqual(Path.dirname(file), directory)
        if (!isWindows) assert.strictEqual(Fs.statSync(Path.join(temporaryDirectory, file)).mode & 0o777, 0o600)
      }))
      assert.deepStrictEqual(filesIn(temporaryDirectory), [])
    }))

  /** Packs a folder whose first file takes many turns of the event loop, and does something once packing has begun. */
  const meanwhile = <A, E>(
    act: (
      folder: string,
      fiber: Fiber.RuntimeFiber<Archive.Archive, Archive.ArchiveError | Archive.FileChanged>
    ) => Effect.Effect<A, E>
  ) =>
    Effect.gen(function*() {
      const temporaryDirectory = yield* temporaryFolder
      const folder = yield* folderWith({ "a": "", "z": "content" })
      Fs.truncateSync(Path.join(folder, "a"), 40 * 1024 * 1024)
      const packed = Archive.fromDirectory(folder, { temporaryDirectory }).pipe(
        Effect.catchTags({ ArchiveTooLarge: Effect.die, LinkRefused: Effect.die })
      )
      const fiber = yield* Effect.forkScoped(Effect.scoped(packed))
      yield* Effect.repeat(Effect.zipRight(turn, Effect.sync(() => filesIn(temporaryDirectory).length)), {
        until: (count) => count === 2
      })
      const result = yield* act(folder, fiber)
      return { result, left: filesIn(temporaryDirectory) }
    })

  const changes: { readonly [name: string]: (file: string) => void } = {
    "grows": (file) => Fs.appendFileSync(file, "more"),
    "is rewritten": (file) => Fs.writeFileSync(file, "CONTENT"),
    "is replaced": (file) => {
      Fs.writeFileSync(`${file}.new`, "content")
      Fs.renameSync(`${file}.new`, file)
    },
    "is cut": (file) => Fs.truncateSync(file, 1),
    "is removed": (file) => Fs.rmSync(file)
  }
  for (const [name, change] of Object.entries(changes)) {
    it.scoped(`is removed, and packing fails, when a file ${name} meanwhile`, () =>
      Effect.gen(function*() {
        const { left, result } = yield* meanwhile((folder, fiber) => {
          change(Path.join(folder, "z"))
          return Effect.flip(Fiber.join(fiber))
        })
        assert.deepInclude(result, { _tag: "FileChanged", path: "z" })
        assert.deepStrictEqual(left, [])
      }))
  }

  it.scoped("is removed when packing is interrupted", () =>
    Effect.gen(function*() {
      const { left, result } = yield* meanwhile((_, fiber) => Fiber.interrupt(fiber))
      assert.strictEqual(result._tag, "Failure")
      assert.deepStrictEqual(left, [])
    }))
})
