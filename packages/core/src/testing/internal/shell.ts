/**
 * The shell in one-off containers: a few commands, enough to try input, output, exit codes and files. A command that it
 * does not know ends with 127, as in any shell.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { concatBytes } from "../../internal/bytes.js"
import { sha256 } from "./sha256.js"
import { parseCommands, type Word } from "./shellSyntax.js"

/** What a shell reads from and writes to. */
export interface ShellIo {
  /** Writes bytes whose lines end with `\n`. */
  readonly write: (bytes: Uint8Array) => Effect.Effect<void>
  /** Writes bytes as they are. */
  readonly writeRaw: (bytes: Uint8Array) => Effect.Effect<void>
  /** The next line with its end; `undefined` at the end of the input. */
  readonly readLine: Effect.Effect<Uint8Array | undefined>
  /** Runs an effect until it ends, or until a signal from the keyboard ends it with the code of that signal. */
  readonly interruptible: (effect: Effect.Effect<number>) => Effect.Effect<number>
  readonly size: () => { readonly width: number; readonly height: number }
  /** What the terminal does by itself: whether `\n` becomes `\r\n`, and whether it shows what is typed. */
  readonly modes: { opost: boolean; echo: boolean }
  readonly readFile: (path: string) => Uint8Array | undefined
}

interface Shell {
  readonly io: ShellIo
  readonly variables: Map<string, string>
  /** The exit code of the last command. */
  last: number
  /** Set by `exit`. */
  exit: number | undefined
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const print = ({ io }: Shell, text: string) => io.write(encoder.encode(text))

type Run = (shell: Shell, args: ReadonlyArray<string>, name: string) => Effect.Effect<number>

/** Prints an error, and returns an exit code. */
const complain = (shell: Shell, text: string, code: number) => Effect.as(print(shell, `${text}\n`), code)

const readInput = ({ io }: Shell): Effect.Effect<Uint8Array> =>
  Effect.gen(function*() {
    const lines: Array<Uint8Array> = []
    for (let line = yield* io.readLine; line !== undefined; line = yield* io.readLine) lines.push(line)
    return concatBytes(lines)
  })

/** Runs for each file, or for the input when none is named. 1 when a file does not exist. */
const forEachFile = (
  shell: Shell,
  name: string,
  paths: ReadonlyArray<string>,
  run: (bytes: Uint8Array, path: string | undefined) => Effect.Effect<void>
): Effect.Effect<number> =>
  Effect.gen(function*() {
    if (paths.length === 0) {
      yield* run(yield* readInput(shell), undefined)
      return 0
    }
    let code = 0
    for (const path of paths) {
      const bytes = shell.io.readFile(path)
      if (bytes === undefined) code = yield* complain(shell, `${name}: ${path}: No such file or directory`, 1)
      else yield* run(bytes, path)
    }
    return code
  })

const cat: Run = (shell, args, name) =>
  args.length > 0
    ? forEachFile(shell, name, args, shell.io.write)
    : Effect.gen(function*() {
      const { readLine, write } = shell.io
      for (let line = yield* readLine; line !== undefined; line = yield* readLine) yield* write(line)
      return 0
    })

const count = (bytes: Uint8Array) => {
  const text = decoder.decode(bytes)
  return { l: text.split("\n").length - 1, w: text.split(/\s+/).filter((word) => word !== "").length, c: bytes.length }
}

const wc: Run = (shell, args, name) => {
  const options = args.filter((arg) => /^-[lwc]+$/.test(arg)).join("")
  const columns = (["l", "w", "c"] as const).filter((column) => options === "" || options.includes(column))
  const paths = args.filter((arg) => !arg.startsWith("-"))
  return forEachFile(shell, name, paths, (bytes, path) => {
    // Only the bytes are counted when nothing else is wanted: a file may be large.
    const counts = columns.join("") === "c" ? { l: 0, w: 0, c: bytes.length } : count(bytes)
    const numbers = columns.map((column) => counts[column]).join(" ")
    return print(shell, `${numbers}${path === undefined ? "" : ` ${path}`}\n`)
  })
}

const sleep: Run = (shell, args, name) => {
  const seconds = Number(args[0])
  return args.length === 1 && seconds >= 0 && Number.isFinite(seconds)
    ? Effect.as(Effect.sleep(Duration.seconds(seconds)), 0)
    : complain(shell, `${name}: invalid time interval`, 1)
}

/** Bytes in a line of `loud`: a number of ten digits, a text, `\r\n`. */
const loudLine = 64
const loudBlock = encoder.encode(
  `0000000000 ${"the quick brown fox jumps over the lazy dog 0123456789".slice(0, loudLine - 13)}\r\n`.repeat(1024)
)

/** Prints as many bytes as it is told, in numbered lines, so that what is missing shows. */
const loud: Run = (shell, args, name) => {
  const total = Number(args[0])
  if (!Number.isInteger(total) || total < 0) return complain(shell, `${name}: invalid number of bytes`, 1)
  return Effect.gen(function*() {
    for (let sent = 0; sent < total; sent += loudBlock.length) {
      const block = loudBlock.slice(0, Math.min(loudBlock.length, total - sent))
      for (let offset = 0; offset < block.length; offset += loudLine) {
        let number = (sent + offset) / loudLine
        for (let digit = 9; digit >= 0 && number > 0; digit--) {
          if (offset + digit < block.length) block[offset + digit] = 48 + number % 10
          number = Math.floor(number / 10)
        }
      }
      yield* shell.io.writeRaw(block)
    }
    return 0
  })
}

/** Prints a line again and again, until it is interrupted. */
const yes: Run = (shell, args) => {
  const bytes = encoder.encode(`${args.join(" ") || "y"}\n`.repeat(512))
  return Effect.forever(shell.io.write(bytes))
}

const assign = (shell: Shell, text: string) => {
  const mark = text.indexOf("=")
  shell.variables.set(text.slice(0, mark), text.slice(mark + 1))
}

const isAssignment = (word: string) => /^[A-Za-z_]\w*=/.test(word)

const exit: Run = (shell, args, name) =>
  Effect.suspend(() => {
    const code = args[0] === undefined ? shell.last : Number(args[0])
    shell.exit = Number.isInteger(code) ? ((code % 256) + 256) % 256 : 2
    return Number.isInteger(code)
      ? Effect.succeed(shell.exit)
      : complain(shell, `${name}: ${args[0]}: numeric argument required`, 2)
  })

const env: Run = (shell) =>
  print(shell, Array.from(shell.variables, ([name, value]) => `${name}=${value}\n`).join("")).pipe(Effect.as(0))

/** `sh` and `bash`: a prompt, or the commands behind `-c`. */
const subshell: Run = (shell, args, name) => {
  if (args[0] === "-c" && args[1] !== undefined) {
    const inner: Shell = { io: shell.io, variables: new Map(shell.variables), last: 0, exit: undefined }
    return runScript(inner, args[1])
  }
  return args.every((arg) => arg.startsWith("-"))
    ? runInteractive(shell.io, new Map(shell.variables))
    : complain(shell, `${name}: ${args[0]}: No such file or directory`, 127)
}

/** `stty size`, and `stty -opost -echo`, as for output without changes. */
const stty: Run = (shell, args, name) => {
  const { modes, size } = shell.io
  if (args[0] === "size") return Effect.as(print(shell, `${size().height} ${size().width}\n`), 0)
  for (const arg of args) {
    const mode = arg.replace(/^-/, "")
    if (mode !== "opost" && mode !== "echo") return complain(shell, `${name}: invalid argument '${arg}'`, 1)
    modes[mode] = !arg.startsWith("-")
  }
  return Effect.succeed(0)
}

const commands: { readonly [name: string]: Run } = {
  bash: subshell,
  cat,
  echo: (shell, args) =>
    Effect.as(
      args[0] === "-n" ? print(shell, args.slice(1).join(" ")) : print(shell, `${args.join(" ")}\n`),
      0
    ),
  env,
  exit,
  export: (shell, args) =>
    Effect.sync(() => {
      for (const arg of args.filter(isAssignment)) assign(shell, arg)
      return 0
    }),
  false: () => Effect.succeed(1),
  loud,
  sh: subshell,
  sha256sum: (shell, args, name) =>
    forEachFile(shell, name, args, (bytes, path) => print(shell, `${sha256(bytes)}  ${path ?? "-"}\n`)),
  sleep,
  stty,
  true: () => Effect.succeed(0),
  wc,
  yes
}

const expand = (shell: Shell, word: Word): string | undefined => {
  const text = word.parts.map((part) => {
    if (part._tag === "Text") return part.text
    if (part.name === "?") return String(shell.last)
    if (part.name === "$") return "1"
    return part.name === "#" ? "0" : shell.variables.get(part.name) ?? ""
  }).join("")
  return text === "" && !word.quoted ? undefined : text
}

const runCommand = (shell: Shell, words: ReadonlyArray<Word>): Effect.Effect<number> => {
  const expanded = words.map((word) => expand(shell, word)).filter((text) => text !== undefined)
  while (expanded[0] !== undefined && isAssignment(expanded[0])) assign(shell, expanded.shift() ?? "")
  const [name, ...args] = expanded
  if (name === undefined) return Effect.succeed(0)
  const run = Object.hasOwn(commands, name) ? commands[name] : undefined
  return run === undefined
    ? complain(shell, `sh: ${name}: command not found`, 127)
    : run(shell, args, name)
}

/** Runs the commands of a text, and returns the exit code. */
const runScript = (shell: Shell, text: string): Effect.Effect<number> =>
  Effect.gen(function*() {
    const parsed = parseCommands(text)
    if (Either.isLeft(parsed)) return yield* complain(shell, `sh: ${parsed.left}`, 2)
    for (const { after, words } of parsed.right) {
      if (after === "&&" ? shell.last !== 0 : after === "||" ? shell.last === 0 : false) continue
      shell.last = yield* runCommand(shell, words)
      if (shell.exit !== undefined) return shell.exit
    }
    return shell.last
  })

const prompt = "~ $ "

/** Reads commands line by line. A signal ends the command, not the shell. */
const runInteractive = (io: ShellIo, variables: Map<string, string>): Effect.Effect<number> =>
  Effect.gen(function*() {
    const shell: Shell = { io, variables, last: 0, exit: undefined }
    while (true) {
      yield* print(shell, prompt)
      let line: Uint8Array | undefined
      const read = Effect.map(io.readLine, (next) => {
        line = next
        return 0
      })
      const signal = yield* io.interruptible(read)
      if (signal !== 0) {
        yield* print(shell, "\n")
        shell.last = signal
        continue
      }
      if (line === undefined) {
        yield* print(shell, "exit\n")
        return shell.last
      }
      const text = decoder.decode(line)
      shell.last = yield* io.interruptible(Effect.suspend(() => runScript(shell, text)))
      if (shell.exit !== undefined) return shell.exit
    }
  })

/** Whether a command is nothing but a shell, which a signal does not end. */
const isInteractive = (command: string) => /^\s*(?:sh|bash)(?:\s+-\w+)*\s*$/.test(command) && !/\s-\w*c/.test(command)

/** Runs the command of a one-off, and returns its exit code. */
export const runShell = (
  io: ShellIo,
  command: string,
  variables: ReadonlyMap<string, string>
): Effect.Effect<number> =>
  Effect.suspend(() => {
    const own = new Map(variables)
    return isInteractive(command)
      ? runInteractive(io, own)
      : io.interruptible(runScript({ io, variables: own, last: 0, exit: undefined }, command))
  })
