import { Environment } from "@effect-scalingo/core/Environment"
import { layerClient } from "@effect-scalingo/core/testing"
import { DotEnv } from "@effect-scalingo/node"
import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { parse as dotenv } from "dotenv"
import { Effect, FastCheck, Record, Redacted } from "effect"
import { inspect } from "node:util"

const plain = Record.map(Redacted.value<string>)

const read = (text: string) => Effect.map(DotEnv.parse(text), plain)

/** The message for text that is refused. */
const refusal = (text: string) => Effect.map(Effect.flip(DotEnv.parse(text)), ({ message }) => message)

/** Everything that some parser of `.env` text gets wrong, and then some. */
const awkward = [
  "",
  " ",
  "#",
  "\"",
  "'",
  "`",
  "\\",
  "\n",
  "\r",
  "\t",
  "=",
  "$",
  "{",
  "}",
  ":",
  ";",
  "&",
  "!",
  "%",
  "a",
  "n",
  "r",
  "\\n",
  "\\r",
  "\\\"",
  "\\'",
  " #",
  "export ",
  "\u00a0",
  "\u2028",
  "\ufeff",
  "\0",
  "é",
  "💥"
]
const values = FastCheck.array(FastCheck.constantFrom(...awkward), { maxLength: 12 }).map((parts) => parts.join(""))

describe(".env text", () => {
  it.effect("is read as dotenv reads it", () =>
    Effect.gen(function*() {
      const text = [
        "# the keys",
        "PLAIN=production",
        "export EXPORTED = yes # a comment",
        "YAML: style",
        "EMPTY=",
        "HASH='a#b' # quoted",
        "SINGLE='say \"hi\" \\n $HOME'",
        "DOUBLE=\"it's\\nnew\"",
        "BACKTICK=`'\"`",
        "ESCAPED=\"a\\\"b\"",
        "PEM=\"-----BEGIN KEY-----",
        "abc=#def",
        "-----END KEY-----\"",
        "URL=postgres://u:p@h:5432/db?a=b&c=d",
        "PLAIN=again"
      ].join("\r\n")
      const found = yield* read(`\ufeff${text}`)
      assert.deepStrictEqual(found, {
        PLAIN: "again",
        EXPORTED: "yes",
        YAML: "style",
        EMPTY: "",
        HASH: "a#b",
        SINGLE: "say \"hi\" \\n $HOME",
        DOUBLE: "it's\nnew",
        BACKTICK: "'\"",
        ESCAPED: "a\\\"b",
        PEM: "-----BEGIN KEY-----\nabc=#def\n-----END KEY-----",
        URL: "postgres://u:p@h:5432/db?a=b&c=d"
      })
      assert.deepStrictEqual(found, dotenv(text))
    }))

  it.effect("is refused where dotenv would drop a part of it", () =>
    Effect.gen(function*() {
      const hash = "expected quotes around a value with #, or a blank before a comment"
      const quote = "expected a closing quote of the same kind, and nothing but a comment behind it"
      assert.strictEqual(yield* refusal("A=1\n\nPASSWORD=s3cr#et"), `.env text, line 3: ${hash}`)
      assert.strictEqual(yield* refusal("COLOR=#fff"), `.env text, line 1: ${hash}`)
      assert.strictEqual(yield* refusal("A='x\ny'\nB=\"s3cret\nC=1"), `.env text, line 3: ${quote}`)
      assert.strictEqual(yield* refusal("A=\"x\" y"), `.env text, line 1: ${quote}`)
      assert.strictEqual(yield* refusal("A=1\nS3CRET"), ".env text, line 2: expected NAME=value")
      assert.strictEqual(yield* refusal("A B=1"), ".env text, line 1: expected NAME=value")
      assert.strictEqual(
        yield* refusal("__proto__=1"),
        ".env text, line 1: expected an assignment that dotenv can read"
      )
    }))

  it("never loses a character of a value without an error", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(values, { maxLength: 4 }), (parts) => {
        const text = parts.map((part, index) => `N${index}=${part}`).join("\n")
        const result = Effect.runSync(Effect.either(read(text)))
        if (result._tag === "Right") assert.deepStrictEqual(result.right, { ...dotenv(text) })
      }),
      { numRuns: 1000 }
    )
  })

  it("holds the values that were written", () => {
    const name = FastCheck.constantFrom("A", "B_1", "lower.case-name")
    FastCheck.assert(
      FastCheck.property(FastCheck.dictionary(name, values), (wanted) => {
        const written = Effect.runSync(Effect.either(DotEnv.format(wanted)))
        if (written._tag === "Right") {
          assert.deepStrictEqual(Effect.runSync(read(Redacted.value(written.right))), { ...wanted })
        }
      }),
      { numRuns: 1000 }
    )
  })

  it("can be written for every value that lacks one kind of quote", () => {
    const writable = FastCheck.constantFrom("'", "\"", "`").chain((quote) =>
      values.map((value) => value.replaceAll(quote, "").replaceAll("\\", "").replaceAll("\r", ""))
    )
    FastCheck.assert(
      FastCheck.property(writable, (value) => {
        const text = Redacted.value(Effect.runSync(DotEnv.format({ A: value })))
        assert.deepStrictEqual(Effect.runSync(read(text)), { A: value })
      }),
      { numRuns: 1000 }
    )
  })

  it.effect("is refused for what it cannot hold, without showing it", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(DotEnv.format({ GOOD: "1", BAD: "s3cret'\"`\n#" }))
      assert.strictEqual(error.name, "BAD")
      assert.notInclude(inspect(error, { depth: 9, showHidden: true }), "s3cret")
      assert.strictEqual((yield* Effect.flip(DotEnv.format({ "A B": "1" }))).name, "A B")
    }))

  it.effect("never shows values", () =>
    Effect.gen(function*() {
      const values = yield* DotEnv.parse("A=s3cret")
      const text = yield* DotEnv.format(values)
      const error = yield* Effect.flip(DotEnv.parse("A=s3cret#s3cret"))
      for (const shown of [values, text, error]) {
        assert.notInclude(inspect(shown, { depth: 9, showHidden: true }), "s3cret")
        assert.notInclude(JSON.stringify(shown), "s3cret")
      }
    }))

  it.scoped("is read from a file, which errors name", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const file = path.join(yield* fs.makeTempDirectoryScoped(), ".env")
      const missing = yield* Effect.flip(DotEnv.readFile(file))
      assert.strictEqual(missing._tag === "SystemError" && missing.reason, "NotFound")
      yield* fs.writeFileString(file, "A='b#c'\n")
      assert.deepStrictEqual(plain(yield* DotEnv.readFile(file)), { A: "b#c" })
      yield* fs.writeFileString(file, "A=b#c\n")
      assert.include((yield* Effect.flip(DotEnv.readFile(file))).message, `${file}, line 1: `)
    }).pipe(Effect.provide(NodeContext.layer)))

  it.effect("reaches an app with every awkward character", () =>
    Effect.gen(function*() {
      const environment = yield* Environment
      const wanted = { ALL: awkward.filter((part) => !/[\\\r`]/.test(part)).join(""), JSON: "{\"a\":\"b # c\"}" }
      const text = Redacted.value(yield* DotEnv.format(wanted))
      yield* environment.sync("my-app", yield* DotEnv.parse(text))
      const found = yield* environment.list("my-app")
      assert.deepStrictEqual(Object.fromEntries(found.map(({ name, value }) => [name, Redacted.value(value)])), wanted)
    }).pipe(Effect.provide(layerClient({ apps: [{ name: "my-app" }] }))))
})
