/**
 * Packs a folder into the `.tar.gz` of a deployment, in constant memory.
 *
 * ```ts
 * import { Archive } from "@effect-scalingo/node"
 * import { Effect, Stream } from "effect"
 *
 * // What would be packed.
 * const dryRun = Stream.runForEach(Archive.list("."), ({ path, size }) => Effect.log(`${size} ${path}`))
 *
 * const packed = Effect.scoped(Effect.gen(function*() {
 *   const archive = yield* Archive.fromDirectory(".")
 *   yield* Effect.log(`${archive.files} files, ${archive.length} bytes`)
 * }))
 * ```
 *
 * What is packed, from the weakest rule to the strongest:
 *
 * - everything but what the `.gitignore` files say, in any folder, as git reads them. `.git/info/exclude` and the
 *   ignore file of the user are not read;
 * - neither `.git` nor anything that begins with `.env`;
 * - the `.scalingoignore` files, in the format of a `.gitignore`. `!.env.example` brings a file back;
 * - `include`, which brings back what the rules above leave out;
 * - `exclude`.
 *
 * `.slugignore` is packed and not applied: the platform applies it after the build.
 *
 * The same tree gives the same bytes on every machine with the same Node: files in a fixed order, one date, no owner, and
 * modes as git has them (755 for what its owner may execute, else 644). Windows has no execute bit: what is packed there
 * is not executable, so start scripts with their interpreter (`sh bin/start`).
 *
 * @since 0.2.0
 */
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import ignore, { type Ignore } from "ignore"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as Zlib from "node:zlib"
import { Header } from "tar/header"
import { Pax } from "tar/pax"
import { codeOf } from "./internal/systemError.js"

/**
 * What to pack, and how.
 *
 * @category models
 */
export interface Options {
  /** The name of the one folder at the root of the archive. Default: the name of the directory. */
  readonly root?: string | undefined
  /** Whether `.gitignore` files count. Default `true`. */
  readonly gitignore?: boolean | undefined
  /**
   * Patterns as in a `.gitignore` of the directory: brings back what is left out otherwise. A pattern that names a path,
   * such as `/dist/app.js`, also reaches into a folder that is left out.
   */
  readonly include?: ReadonlyArray<string> | undefined
  /** Patterns as in a `.gitignore` of the directory: leaves out more. */
  readonly exclude?: ReadonlyArray<string> | undefined
  /**
   * Symbolic links are kept by default. `follow` packs what they lead to. In both cases a link that leads out of the
   * directory fails with `LinkRefused`.
   */
  readonly links?: "keep" | "follow" | undefined
  /**
   * The largest archive before its compression, in bytes. Default 314,572,800: the limit of the platform, which its
   * support can raise.
   */
  readonly maxSize?: number | undefined
  /** Where the temporary file goes. Default: the system's folder for temporary files. */
  readonly temporaryDirectory?: string | undefined
}

/**
 * A file, folder or link that would be packed. FIFOs, sockets and devices are listed, but never opened or packed.
 *
 * @category models
 */
export interface Entry {
  /** Relative to the directory, with `/` between its parts. */
  readonly path: string
  readonly type: "file" | "folder" | "link" | "fifo" | "socket" | "device"
  /** In bytes. 0 for anything but files. */
  readonly size: number
}

/**
 * A packed folder. It fits `Sources.upload`.
 *
 * @category models
 */
export interface Archive {
  /** The bytes of the `.tar.gz`. */
  readonly length: number
  /** The bytes before the compression. */
  readonly size: number
  /** How many files are packed, without folders and links. */
  readonly files: number
  /** Can be run any number of times while the scope of the archive is open. */
  readonly content: Stream.Stream<Uint8Array, ArchiveError>
  /** What the platform expects of an upload. */
  readonly contentType: "application/x-gzip"
}

const reasonOf = (cause: unknown): string => cause instanceof Error ? cause.message : String(cause)

/**
 * A file or folder cannot be read, or the archive cannot be written. `cause` is the error of Node.
 *
 * @category errors
 */
export class ArchiveError
  extends Schema.TaggedError<ArchiveError>("@effect-scalingo/node/ArchiveError")("ArchiveError", {
    path: Schema.String,
    cause: Schema.Unknown
  })
{
  override get message(): string {
    return `${this.path} cannot be packed: ${reasonOf(this.cause)}`
  }
}

/**
 * The directory is larger than the platform takes.
 *
 * @category errors
 */
export class ArchiveTooLarge
  extends Schema.TaggedError<ArchiveTooLarge>("@effect-scalingo/node/ArchiveTooLarge")("ArchiveTooLarge", {
    directory: Schema.String,
    /** The bytes before the compression. */
    size: Schema.Number,
    maxSize: Schema.Number,
    /** The ten largest files, largest first. */
    largest: Schema.Array(Schema.Struct({ path: Schema.String, size: Schema.Number }))
  })
{
  override get message(): string {
    const largest = this.largest.slice(0, 5).map(({ path, size }) => `${path} (${size} bytes)`).join(", ")
    return `${this.directory} has ${this.size} bytes, and at most ${this.maxSize} can be deployed. ` +
      `Leave files out in .scalingoignore. The largest are ${largest}`
  }
}

/**
 * A symbolic link leads out of the directory, where its target would be missing, or, when links are followed, into a
 * folder that it is in.
 *
 * @category errors
 */
export class LinkRefused extends Schema.TaggedError<LinkRefused>("@effect-scalingo/node/LinkRefused")("LinkRefused", {
  /** Relative to the directory. */
  path: Schema.String,
  target: Schema.String,
  reason: Schema.Literal("outside", "cycle")
}) {
  override get message(): string {
    const where = this.reason === "outside" ? "leads out of the directory" : "leads into a folder that it is in"
    return `The link ${this.path} -> ${this.target} ${where}. Leave it out in .scalingoignore, or replace it by a copy`
  }
}

/**
 * A file has changed while it was packed. Packing it again may work.
 *
 * @category errors
 */
export class FileChanged extends Schema.TaggedError<FileChanged>("@effect-scalingo/node/FileChanged")("FileChanged", {
  /** Relative to the directory. */
  path: Schema.String
}) {
  override get message(): string {
    return `${this.path} has changed while it was packed. Stop what writes to it, or leave it out in .scalingoignore`
  }
}

/** Runs a function of `node:fs/promises`. */
const attempt = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, ArchiveError> =>
  Effect.tryPromise({ try: run, catch: (cause) => new ArchiveError({ path, cause }) })

// --- What is packed

/** The rules of the ignore files of one kind in one folder. */
interface Rules {
  /** The folder. Empty for the directory itself. */
  readonly folder: string
  readonly patterns: Ignore
}

/** A folder that is walked. */
interface Folder {
  readonly path: string
  /** Where it is read. */
  readonly location: string
  /** From the outermost folder to the innermost. */
  readonly gitRules: ReadonlyArray<Rules>
  readonly ownRules: ReadonlyArray<Rules>
  /** Whether the folder is left out, and only walked for the sake of an `include`. */
  readonly isLeftOut: boolean
  /** The real paths of this folder and those around it. */
  readonly chain: ReadonlyArray<string>
}

/** What is known of something that will be packed. */
interface Item extends Entry {
  readonly location: string
  readonly target: string
  readonly stats: Fs.BigIntStats | undefined
  readonly folder: Folder | undefined
}

interface Plan {
  /** The directory, without links in its path. */
  readonly directory: string
  readonly gitignore: boolean
  readonly follow: boolean
  readonly include: Ignore
  /** The folders that an `include` names a part of. */
  readonly reached: ReadonlySet<string>
  readonly exclude: Ignore
}

const patternsOf = (lines: ReadonlyArray<string>): Ignore =>
  ignore({ ignorecase: false, allowRelativePaths: true }).add(lines.join("\n"))

const isLiteral = (segment: string): boolean => !/[*?[\]\\!]/.test(segment)

/** The folders above the paths that patterns name, as far as they are no wildcards. */
const foldersAbove = (patterns: ReadonlyArray<string>): ReadonlySet<string> => {
  const folders = new Set<string>()
  for (const pattern of patterns) {
    const segments = pattern.replace(/^\//, "").replace(/\/$/, "").split("/")
    for (let length = 1; length < segments.length && isLiteral(segments[length - 1]!); length++) {
      folders.add(segments.slice(0, length).join("/"))
    }
  }
  return folders
}

/** The innermost file that has a rule for the path decides. */
const isIgnored = (rules: ReadonlyArray<Rules>, path: string, before: boolean): boolean => {
  let ignored = before
  for (const { folder, patterns } of rules) {
    const result = patterns.test(folder === "" ? path : path.slice(folder.length + 1))
    ignored = result.ignored || (ignored && !result.unignored)
  }
  return ignored
}

/** Never packed without being named: history, and files with secrets. */
const isPrivate = (name: string): boolean => name === ".git" || name.startsWith(".env")

interface Verdict {
  readonly isPacked: boolean
  /** Whether git, and what is private, would leave it out. */
  readonly isBroughtBack: boolean
}

const judge = (plan: Plan, within: Folder, path: string, name: string, isFolder: boolean): Verdict => {
  const tested = isFolder ? `${path}/` : path
  const base = within.isLeftOut || isIgnored(within.gitRules, tested, false) || isPrivate(name)
  const own = within.isLeftOut || isIgnored(within.ownRules, tested, base)
  const isPacked = (!own || plan.include.ignores(tested)) && !plan.exclude.ignores(tested)
  return { isPacked, isBroughtBack: isPacked && base }
}

/** A path below the directory, or the directory itself. */
const isInside = (directory: string, path: string): boolean => {
  const relative = Path.relative(directory, path)
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${Path.sep}`) && !Path.isAbsolute(relative))
}

const typeOf = (stats: Fs.BigIntStats): Entry["type"] =>
  stats.isFile()
    ? "file"
    : stats.isDirectory()
    ? "folder"
    : stats.isSymbolicLink()
    ? "link"
    : stats.isFIFO()
    ? "fifo"
    : stats.isSocket()
    ? "socket"
    : "device"

const sizeOf = (stats: Fs.BigIntStats): number => stats.isFile() ? Number(stats.size) : 0

/** The rules of an ignore file, if it is a regular one. */
const readRules = (
  folder: Folder,
  name: string,
  entries: ReadonlyArray<Fs.Dirent>
): Effect.Effect<ReadonlyArray<Rules>, ArchiveError> => {
  if (!entries.some((entry) => entry.name === name && entry.isFile())) return Effect.succeed([])
  const file = Path.join(folder.location, name)
  return Effect.map(
    attempt(file, () => Fs.promises.readFile(file, "utf8")),
    (text) => [{ folder: folder.path, patterns: patternsOf([text.replace(/^\ufeff/, "")]) }]
  )
}

/** Checks a link that is kept. One that leads nowhere inside the directory is kept too. */
const checkLink = (plan: Plan, path: string, location: string, target: string) => {
  const refused = new LinkRefused({ path, target, reason: "outside" })
  const written = Path.posix.normalize(Path.posix.join(Path.posix.dirname(path), target))
  if (Path.isAbsolute(target) || Path.posix.isAbsolute(target) || written === ".." || written.startsWith("../")) {
    return Effect.fail(refused)
  }
  // The way may lead over another link, which changes what `..` means.
  return attempt(path, () => Fs.promises.realpath(location)).pipe(
    Effect.catchIf(
      (error) => ["ENOENT", "ENOTDIR", "ELOOP"].some((code) => code === codeOf(error.cause)),
      () => Effect.succeed(plan.directory)
    ),
    Effect.filterOrFail((real) => isInside(plan.directory, real), () => refused),
    Effect.asVoid
  )
}

const isLeftOutByName = (plan: Plan, within: Folder, path: string, name: string): boolean =>
  !judge(plan, within, path, name, false).isPacked

/** What a name in a folder stands for, with links followed if they are to be. */
const resolve = (plan: Plan, within: Folder, path: string, name: string) =>
  Effect.gen(function*() {
    const location = Path.join(within.location, name)
    const stats = yield* attempt(path, () => Fs.promises.lstat(location, { bigint: true }))
    if (!stats.isSymbolicLink()) return { location, stats, target: "" }
    const target = yield* attempt(path, () => Fs.promises.readlink(location))
    if (!plan.follow) {
      return { location, stats, target: Path.sep === "\\" ? target.replaceAll("\\", "/") : target }
    }
    const found = yield* Effect.either(attempt(path, () => Fs.promises.realpath(location)))
    if (Either.isLeft(found)) {
      // A link that leads nowhere fails only when it would be packed.
      return isLeftOutByName(plan, within, path, name) ? { location, stats, target } : yield* found.left
    }
    const real = found.right
    return {
      location: real,
      stats: yield* attempt(path, () => Fs.promises.lstat(real, { bigint: true })),
      target
    }
  })

/** Whether a followed link leads to what is never packed without being named. */
const leadsToPrivate = (plan: Plan, real: string): boolean =>
  isInside(plan.directory, real) && Path.relative(plan.directory, real).split(Path.sep).some(isPrivate)

const itemAt = (plan: Plan, within: Folder, name: string) =>
  Effect.gen(function*() {
    const path = within.path === "" ? name : `${within.path}/${name}`
    const { location, stats, target } = yield* resolve(plan, within, path, name)
    const type = typeOf(stats)
    const verdict = judge(plan, within, path, name, type === "folder")
    const isFollowed = type !== "link" && target !== ""
    const isLeftOut = !verdict.isPacked || (isFollowed && !plan.include.ignores(path) && leadsToPrivate(plan, location))
    if (isLeftOut && !(type === "folder" && plan.reached.has(path) && !plan.exclude.ignores(`${path}/`))) {
      return Option.none<Item>()
    }
    if (type === "link") yield* checkLink(plan, path, location, target)
    if (type !== "link" && target !== "" && !isInside(plan.directory, location)) {
      return yield* new LinkRefused({ path, target, reason: "outside" })
    }
    if (type === "folder" && within.chain.includes(location)) {
      return yield* new LinkRefused({ path, target, reason: "cycle" })
    }
    const folder: Folder = {
      path,
      location,
      // A folder that is brought back comes with all that is in it.
      gitRules: verdict.isBroughtBack ? [] : within.gitRules,
      ownRules: within.ownRules,
      isLeftOut,
      chain: [...within.chain, location]
    }
    return Option.some<Item>({
      path,
      type,
      size: sizeOf(stats),
      location,
      target,
      stats,
      folder: type === "folder" ? folder : undefined
    })
  })

/** What is in a folder, in a fixed order. */
const itemsIn = (plan: Plan, outer: Folder): Effect.Effect<ReadonlyArray<Item>, ArchiveError | LinkRefused> =>
  Effect.gen(function*() {
    const entries = yield* attempt(
      outer.location,
      () => Fs.promises.readdir(outer.location, { withFileTypes: true })
    )
    // Rules in a folder that is left out do not count.
    const read = (name: string) => outer.isLeftOut ? Effect.succeed([]) : readRules(outer, name, entries)
    const folder: Folder = {
      ...outer,
      gitRules: plan.gitignore ? [...outer.gitRules, ...yield* read(".gitignore")] : [],
      ownRules: [...outer.ownRules, ...yield* read(".scalingoignore")]
    }
    const names = entries.map((entry) => entry.name).sort((a, b) => a < b ? -1 : a > b ? 1 : 0)
    const found = yield* Effect.forEach(names, (name) => itemAt(plan, folder, name), { concurrency: 16 })
    return found.flatMap(Option.toArray)
  })

/** Everything below a folder, each folder before what is in it. */
const walk = (plan: Plan, top: Folder): Stream.Stream<Item, ArchiveError | LinkRefused> => {
  type Pending = ReadonlyArray<Item>
  const step = (stack: Pending): Effect.Effect<
    Option.Option<readonly [Chunk.Chunk<Item>, Pending]>,
    ArchiveError | LinkRefused
  > => {
    if (stack.length === 0) return Effect.succeedNone
    // The stack has the next item at its end.
    const rest = stack.slice()
    const out: Array<Item> = []
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) {
      out.push(item)
      if (item.folder !== undefined) {
        return Effect.map(
          itemsIn(plan, item.folder),
          (inside) => Option.some([Chunk.unsafeFromArray(out), rest.concat(inside.toReversed())] as const)
        )
      }
    }
    return Effect.succeedSome([Chunk.unsafeFromArray(out), rest] as const)
  }
  return Stream.unwrap(Effect.map(
    itemsIn(plan, top),
    (inside) => Stream.unfoldChunkEffect<Pending, Item, ArchiveError | LinkRefused, never>(inside.toReversed(), step)
  ))
}

const start = (directory: string, options: Options): Effect.Effect<
  { readonly plan: Plan; readonly top: Folder },
  ArchiveError
> =>
  Effect.map(attempt(directory, () => Fs.promises.realpath(directory)), (real) => ({
    plan: {
      directory: real,
      gitignore: options.gitignore ?? true,
      follow: options.links === "follow",
      include: patternsOf(options.include ?? []),
      reached: foldersAbove(options.include ?? []),
      exclude: patternsOf(options.exclude ?? [])
    },
    top: { path: "", location: real, gitRules: [], ownRules: [], isLeftOut: false, chain: [real] }
  }))

const itemsOf = (directory: string, options: Options): Stream.Stream<Item, ArchiveError | LinkRefused> =>
  Stream.unwrap(Effect.map(start(directory, options), ({ plan, top }) => walk(plan, top)))

/**
 * Lists what {@link fromDirectory} would pack, folders and links included, without reading files. Names what is never
 * packed too: FIFOs, sockets and devices. Does not check `maxSize`.
 *
 * @category constructors
 */
export const list = (
  directory: string,
  options: Options = {}
): Stream.Stream<Entry, ArchiveError | LinkRefused> =>
  Stream.map(itemsOf(directory, options), ({ path, size, type }): Entry => ({ path, type, size }))

// --- The tar

const blockSize = 512

const padded = (size: number): number => Math.ceil(size / blockSize) * blockSize

/** 1980 is the first year that every format knows. */
const date = new Date("1980-01-02T00:00:00Z")

const types = { file: "File", folder: "Directory", link: "SymbolicLink" } as const

/** The header of an entry, with an extended one before it when a name is long or not ASCII. */
const headerOf = (
  type: keyof typeof types,
  path: string,
  { linkpath, mode, size }: { readonly linkpath?: string; readonly mode: number; readonly size?: number }
): Buffer => {
  const data = {
    path: type === "folder" ? `${path}/` : path,
    ...(linkpath === undefined ? {} : { linkpath }),
    mode,
    size: size ?? 0,
    uid: 0,
    gid: 0,
    mtime: date,
    type: types[type]
  }
  const header = new Header(data)
  const needsExtended = header.encode()
  const block = header.block ?? Buffer.alloc(blockSize)
  return needsExtended
    ? Buffer.concat([new Pax({ ...data, ...(size === undefined ? {} : { size }) }).encode(), block])
    : block
}

const isExecutable = (stats: Fs.BigIntStats | undefined): boolean => ((stats?.mode ?? 0n) & 0o100n) !== 0n

interface Packed extends Item {
  readonly header: Buffer
}

const withHeader = (root: string, item: Item): ReadonlyArray<Packed> => {
  const path = `${root}/${item.path}`
  switch (item.type) {
    case "file": {
      const mode = isExecutable(item.stats) ? 0o755 : 0o644
      return [{ ...item, header: headerOf("file", path, { mode, size: item.size }) }]
    }
    case "folder":
      return [{ ...item, header: headerOf("folder", path, { mode: 0o755 }) }]
    case "link":
      return [{ ...item, header: headerOf("link", path, { mode: 0o777, linkpath: item.target }) }]
    default:
      return []
  }
}

/** Never follows a link, and never waits for the writer of a FIFO. */
const flags = Fs.constants.O_RDONLY | (Fs.constants.O_NOFOLLOW ?? 0) | (Fs.constants.O_NONBLOCK ?? 0)

const readSize = 256 * 1024

/** Fills a part of a buffer. The file has changed if it is shorter. */
const fill = (
  item: Item,
  file: Fs.promises.FileHandle,
  buffer: Buffer,
  offset: number,
  end: number,
  position: number
) =>
  Effect.iterate(offset, {
    while: (at) => at < end,
    body: (at) =>
      Effect.filterOrFail(
        Effect.map(
          attempt(item.path, () => file.read(buffer, at, end - at, position + at - offset)),
          ({ bytesRead }) => at + bytesRead
        ),
        (next) => next > at,
        () => new FileChanged({ path: item.path })
      )
  })

const isSame = (before: Fs.BigIntStats | undefined, now: Fs.BigIntStats): boolean =>
  before !== undefined && before.dev === now.dev && before.ino === now.ino && before.size === now.size &&
  before.mtimeNs === now.mtimeNs

const checkSame = (item: Item, file: Fs.promises.FileHandle) =>
  Effect.filterOrFail(
    attempt(item.path, () => file.stat({ bigint: true })),
    (now) => isSame(item.stats, now),
    () => new FileChanged({ path: item.path })
  )

const openFile = (item: Item) =>
  Effect.acquireRelease(
    // Removed, or replaced by a link, since it was listed.
    Effect.catchIf(
      attempt(item.path, () => Fs.promises.open(item.location, flags)),
      (error) => codeOf(error.cause) === "ENOENT" || codeOf(error.cause) === "ELOOP",
      () => Effect.fail(new FileChanged({ path: item.path }))
    ),
    (file) => Effect.ignore(attempt(item.path, () => file.close()))
  )

/** An item as it is in a tar. Small files come in one piece with their header. */
const bytesOf = (item: Packed): Stream.Stream<Uint8Array, ArchiveError | FileChanged> => {
  const { header, size } = item
  if (item.type !== "file") return Stream.succeed(header)
  return Stream.unwrapScoped(Effect.gen(function*() {
    const file = yield* openFile(item)
    yield* checkSame(item, file)
    const piece = (position: number) =>
      Effect.gen(function*() {
        const first = position === 0 ? header.length : 0
        const length = Math.min(readSize, size - position)
        const isLast = position + length === size
        const buffer = Buffer.alloc(first + (isLast ? padded(size) - position : length))
        if (position === 0) header.copy(buffer)
        yield* fill(item, file, buffer, first, first + length, position)
        if (isLast) yield* checkSame(item, file)
        return [buffer, isLast ? Option.none<number>() : Option.some(position + length)] as const
      })
    return Stream.paginateEffect(0, piece)
  }))
}

/** Two empty blocks. */
const endOfTar = new Uint8Array(2 * blockSize)

// --- The temporary file

const temporaryFolder = (parent: string) => {
  const prefix = Path.join(parent, "scalingo-archive-")
  return Effect.acquireRelease(
    attempt(prefix, () => Fs.promises.mkdtemp(prefix)),
    (folder) => Effect.ignore(attempt(folder, () => Fs.promises.rm(folder, { recursive: true, force: true })))
  )
}

const temporaryFile = (parent: string) =>
  Effect.flatMap(temporaryFolder(parent), (folder) => {
    const path = Path.join(folder, "source.tar.gz")
    return Effect.acquireRelease(
      Effect.map(attempt(path, () => Fs.promises.open(path, "wx+", 0o600)), (file) => ({ path, file })),
      // Waits for writes that are under way.
      ({ file }) => Effect.ignore(attempt(path, () => file.close()))
    )
  })

interface TemporaryFile {
  readonly path: string
  readonly file: Fs.promises.FileHandle
}

/** Compresses a tar into a file. */
const compress = <E>({ file, path }: TemporaryFile, tar: Stream.Stream<Uint8Array, E>) =>
  Effect.suspend(() => {
    const gzip = Zlib.createGzip({ chunkSize: 64 * 1024 })
    // Destroys the compressor at its end, also when it is interrupted.
    const compressed = NodeStream.fromReadable<ArchiveError, Uint8Array>(
      () => gzip,
      (cause) => new ArchiveError({ path, cause })
    )
    // Writes where the bytes before have ended.
    const written = Stream.runForEach(compressed, (bytes) => attempt(path, () => file.appendFile(bytes)))
    // The callback comes when there is room for more. After an error `written` fails.
    const write = (bytes: Uint8Array) =>
      Effect.async<void>((resume) => {
        gzip.write(bytes, (error) => {
          if (error == null) resume(Effect.void)
        })
      })
    const fed = Effect.zipRight(Stream.runForEach(tar, write), Effect.sync(() => gzip.end()))
    return Effect.all([written, fed], { concurrency: "unbounded", discard: true })
  })

/** The ninth byte of gzip's header names the platform. 255 is an unknown one. */
const hidePlatform = ({ file, path }: TemporaryFile) => attempt(path, () => file.write(Uint8Array.of(255), 0, 1, 9))

const contentOf = ({ file, path }: TemporaryFile, length: number): Stream.Stream<Uint8Array, ArchiveError> =>
  Stream.unfoldEffect(0, (position) => {
    if (position >= length) return Effect.succeedNone
    const buffer = Buffer.alloc(Math.min(readSize, length - position))
    return Effect.flatMap(
      attempt(path, () => file.read(buffer, 0, buffer.length, position)),
      ({ bytesRead }) =>
        bytesRead === 0
          ? Effect.fail(new ArchiveError({ path, cause: new Error("the archive was cut short") }))
          : Effect.succeedSome([buffer.subarray(0, bytesRead), position + bytesRead] as const)
    )
  })

const rootName = (directory: string, root: string | undefined): Effect.Effect<string, ArchiveError> => {
  const name = root ?? (Path.basename(Path.resolve(directory)) || "source")
  return /[/\\\0]/.test(name) || ["", ".", ".."].includes(name)
    ? Effect.fail(new ArchiveError({ path: directory, cause: new Error(`"${name}" is no name for a folder`) }))
    : Effect.succeed(name)
}

const largestOf = (items: ReadonlyArray<Item>) =>
  items.toSorted((a, b) => b.size - a.size).slice(0, 10).map(({ path, size }) => ({ path, size }))

/**
 * Packs a directory into a temporary file, so that its length is known before an upload begins. The file can be read by
 * this user only, and is removed when the scope closes.
 *
 * Fails with `ArchiveTooLarge` before anything is packed, with `LinkRefused` for a link that leads out of the directory,
 * with `FileChanged` when a file is written to meanwhile, and with `ArchiveError` when something cannot be read.
 *
 * @category constructors
 */
export const fromDirectory = (directory: string, options: Options = {}): Effect.Effect<
  Archive,
  ArchiveError | ArchiveTooLarge | LinkRefused | FileChanged,
  Scope.Scope
> =>
  Effect.gen(function*() {
    const root = yield* rootName(directory, options.root)
    const maxSize = options.maxSize ?? 314_572_800
    const found = Chunk.toReadonlyArray(yield* Stream.runCollect(itemsOf(directory, options)))
    const packed = found.flatMap((item) => withHeader(root, item))
    const top = headerOf("folder", root, { mode: 0o755 })
    const size = packed.reduce(
      (sum, { header, size }) => sum + header.length + padded(size),
      top.length + endOfTar.length
    )
    if (size > maxSize) {
      return yield* new ArchiveTooLarge({ directory, size, maxSize, largest: largestOf(packed) })
    }
    const tar = Stream.succeed<Uint8Array>(top).pipe(
      Stream.concat(Stream.flatMap(Stream.fromIterable(packed), bytesOf)),
      Stream.concat(Stream.succeed(endOfTar))
    )
    const temporary = yield* temporaryFile(options.temporaryDirectory ?? Os.tmpdir())
    yield* compress(temporary, tar)
    yield* hidePlatform(temporary)
    const { size: length } = yield* attempt(temporary.path, () => temporary.file.stat())
    return {
      length,
      size,
      files: packed.filter(({ type }) => type === "file").length,
      content: contentOf(temporary, length),
      contentType: "application/x-gzip"
    }
  })

/**
 * An archive that is already there: a `.tar.gz` with one folder at its root. Its length is the one that it has now, and
 * the file stays open until the scope closes.
 *
 * @category constructors
 */
export const fromFile = (path: string): Effect.Effect<
  Pick<Archive, "length" | "content" | "contentType">,
  ArchiveError,
  Scope.Scope
> =>
  Effect.gen(function*() {
    const file = yield* Effect.acquireRelease(
      attempt(path, () => Fs.promises.open(path, Fs.constants.O_RDONLY | (Fs.constants.O_NONBLOCK ?? 0))),
      (file) => Effect.ignore(attempt(path, () => file.close()))
    )
    const stats = yield* attempt(path, () => file.stat())
    if (!stats.isFile()) return yield* new ArchiveError({ path, cause: new Error("it is not a file") })
    return { length: stats.size, content: contentOf({ file, path }, stats.size), contentType: "application/x-gzip" }
  })
