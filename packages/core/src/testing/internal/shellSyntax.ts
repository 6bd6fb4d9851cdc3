/**
 * The syntax of the sandbox's shell: commands joined by `;`, `&&` and `||`, quotes, variables and comments. It has no
 * pipes, redirections and control structures.
 */
import * as Either from "effect/Either"

/** A part of a word. Variables are replaced when the command runs. */
type Part =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Variable"; readonly name: string; readonly quoted: boolean }

export interface Word {
  readonly parts: ReadonlyArray<Part>
  /** A quoted word stays when it is empty. */
  readonly quoted: boolean
}

/** A command, and when it runs: always, after a success, or after a failure. */
export interface Command {
  readonly after: ";" | "&&" | "||"
  readonly words: ReadonlyArray<Word>
}

const unexpected = (token: string) => Either.left(`syntax error near unexpected token \`${token}'`)

/** Reads the commands of a text; an error message when it has none of this syntax. */
export const parseCommands = (text: string): Either.Either<ReadonlyArray<Command>, string> => {
  const commands: Array<Command> = []
  let after: Command["after"] = ";"
  let words: Array<Word> = []
  let parts: Array<Part> = []
  let inWord = false
  let quoted = false
  let at = 0

  const endWord = () => {
    if (inWord) words.push({ parts, quoted })
    parts = []
    inWord = false
    quoted = false
  }
  const endCommand = (next: Command["after"]) => {
    endWord()
    if (words.length > 0) commands.push({ after, words })
    words = []
    after = next
  }
  const add = (part: Part) => {
    inWord = true
    parts.push(part)
  }
  /** Reads a variable behind a `$`. */
  const addVariable = (isQuoted: boolean) => {
    const [whole, braced, bare, special] = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)|([?$#]))/.exec(text.slice(at)) ?? []
    const name = braced ?? bare ?? special
    if (whole === undefined || name === undefined) {
      add({ _tag: "Text", text: "$" })
      at++
    } else {
      add({ _tag: "Variable", name, quoted: isQuoted })
      at += whole.length
    }
  }

  while (at < text.length) {
    const char = text[at]!
    if (char === "'") {
      const end = text.indexOf("'", at + 1)
      if (end === -1) return Either.left("unexpected EOF while looking for matching `''")
      add({ _tag: "Text", text: text.slice(at + 1, end) })
      quoted = true
      at = end + 1
    } else if (char === "\"") {
      inWord = true
      quoted = true
      at++
      while (text[at] !== "\"") {
        if (at >= text.length) return Either.left("unexpected EOF while looking for matching `\"'")
        if (text[at] === "$") addVariable(true)
        else {
          if (text[at] === "\\" && /["\\$`]/.test(text[at + 1] ?? "")) at++
          add({ _tag: "Text", text: text[at]! })
          at++
        }
      }
      at++
    } else if (char === "\\") {
      if (text[at + 1] !== "\n") add({ _tag: "Text", text: text[at + 1] ?? "" })
      at += 2
    } else if (char === "$") {
      addVariable(false)
    } else if (char === "#" && !inWord) {
      const end = text.indexOf("\n", at)
      at = end === -1 ? text.length : end
    } else if (char === ";" || char === "\n") {
      endCommand(";")
      at++
    } else if ((char === "&" || char === "|") && text[at + 1] === char) {
      endWord()
      if (words.length === 0) return unexpected(char + char)
      endCommand(char === "&" ? "&&" : "||")
      at += 2
    } else if ("|&<>()`".includes(char)) {
      return unexpected(char)
    } else if (/\s/.test(char)) {
      endWord()
      at++
    } else {
      add({ _tag: "Text", text: char })
      at++
    }
  }
  endCommand(";")
  return Either.right(commands)
}
