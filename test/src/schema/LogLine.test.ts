import * as LogLine from "@effect-scalingo/core/LogLine"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, DateTime, Duration, Effect, FastCheck, Option, Stream } from "effect"

const documented = "2015-02-16 02:02:43.930163178 +0000 UTC [web-1] [martini] Started GET / for [filtered IP]"

const shown = ({ container, text, time }: LogLine.LogLine) => [
  Option.getOrUndefined(Option.map(time, ({ dateTime }) => DateTime.formatIso(dateTime))),
  Option.getOrUndefined(Option.map(time, ({ epochNanos }) => epochNanos)),
  Option.getOrUndefined(container),
  text
]

describe("a line of a log", () => {
  it("has a time with nanoseconds, a container and a text", () => {
    assert.deepStrictEqual(shown(LogLine.parse(documented)), [
      "2015-02-16T02:02:43.930Z",
      1_424_052_163_930_163_178n,
      "web-1",
      "[martini] Started GET / for [filtered IP]"
    ])
  })

  it("may have a time of any zone and precision", () => {
    const at = (time: string) => shown(LogLine.parse(`${time} [worker-12] x`))
    assert.deepStrictEqual(at("2026-06-01 00:30:00.5 +0200 CEST"), [
      "2026-05-31T22:30:00.500Z",
      1_780_266_600_500_000_000n,
      "worker-12",
      "x"
    ])
    assert.deepStrictEqual(at("2026-01-01 00:00:00 -0330 -0330").slice(0, 2), [
      "2026-01-01T03:30:00.000Z",
      1_767_238_200_000_000_000n
    ])
    assert.deepStrictEqual(at("2026-01-01 00:00:00.000000001 +0000")[1], 1_767_225_600_000_000_001n)
  })

  it("keeps the blanks of its text, and may be empty", () => {
    const header = "2015-02-16 02:02:43.1 +0000 UTC [one-off-4731]"
    assert.strictEqual(LogLine.parse(`${header}   at main (a.js)  `).text, "  at main (a.js)  ")
    assert.strictEqual(LogLine.parse(`${header} `).text, "")
    assert.strictEqual(LogLine.parse(header).text, "")
    assert.deepStrictEqual(Option.getOrUndefined(LogLine.parse(header).container), "one-off-4731")
  })

  it("without a header keeps all of its text", () => {
    for (
      const raw of [
        "",
        "    at continuation",
        "[web-1] text",
        "2015-02-16 02:02:43 text",
        "2015-02-30 02:02:43.1 +0000 UTC [web-1] no such day",
        "2015-02-16 25:02:43.1 +0000 UTC [web-1] no such hour",
        "2015-02-16 02:02:43.1 +0099 UTC [web-1] no such zone",
        "2015-02-16 02:02:43.1 +0000 UTC [] no container",
        " 2015-02-16 02:02:43.1 +0000 UTC [web-1] a blank before it"
      ]
    ) {
      assert.deepStrictEqual(shown(LogLine.parse(raw)), [undefined, undefined, undefined, raw])
    }
  })

  it("is read again as it was written, whatever it says", () => {
    const nanos = FastCheck.bigInt({ min: 0n, max: 4_102_444_800_000_000_000n })
    const text = FastCheck.string({ unit: "binary" }).filter((text) => !text.includes("\n"))
    FastCheck.assert(
      FastCheck.property(nanos, FastCheck.stringMatching(/^[a-z]{1,8}-\d{1,4}$/), text, (at, name, text) => {
        const iso = new Date(Number(at / 1_000_000_000n) * 1000).toISOString()
        const fraction = String(at % 1_000_000_000n).padStart(9, "0")
        const raw = `${iso.slice(0, 10)} ${iso.slice(11, 19)}.${fraction} +0000 UTC [${name}] ${text}`
        const line = LogLine.parse(raw)
        assert.deepStrictEqual(shown(line).slice(1), [at, name, text])
        assert.strictEqual(line.raw, raw)
      })
    )
  })

  it("never fails", () => {
    FastCheck.assert(FastCheck.property(FastCheck.string({ unit: "binary" }), (raw) => {
      assert.strictEqual(LogLine.parse(raw).raw, raw)
      LogLine.router({ ...LogLine.parse(raw), container: Option.some("router") })
    }))
  })
})

describe("the bytes of a log", () => {
  const cut = (bytes: Uint8Array, sizes: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
    const parts: Array<Uint8Array> = []
    let at = 0
    for (const size of sizes) parts.push(bytes.subarray(at, at += size))
    return [...parts, bytes.subarray(at)]
  }
  const rawLines = (parts: ReadonlyArray<Uint8Array>) =>
    Stream.fromIterable(parts).pipe(
      LogLine.fromBytes,
      Stream.map(({ raw }) => raw),
      Stream.runCollect,
      Effect.map(Chunk.toReadonlyArray)
    )

  it.effect("are the same lines however they are cut", () =>
    Effect.promise(() =>
      FastCheck.assert(FastCheck.asyncProperty(
        FastCheck.array(FastCheck.constantFrom("\n", "\r\n", "\r", "é", "✓", "🙂", "a", " ")),
        FastCheck.array(FastCheck.nat(4)),
        async (pieces, sizes) => {
          const text = pieces.join("")
          const lines = text.split(/\r?\n/)
          // A line end begins no line of its own.
          if (lines.at(-1) === "") lines.pop()
          assert.deepStrictEqual(
            await Effect.runPromise(rawLines(cut(new TextEncoder().encode(text), sizes))),
            lines
          )
        }
      ))
    ))

  it.effect("may end in the middle of a character, which is not dropped", () =>
    Effect.gen(function*() {
      const bytes = new TextEncoder().encode("one\ntwo é")
      assert.deepStrictEqual(yield* rawLines([bytes.subarray(0, -1)]), ["one", "two \ufffd"])
    }))

  it.effect("fail as their source does, after the lines that have come", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const bytes = Stream.concat(Stream.make(new TextEncoder().encode("one\ntwo\nthr")), Stream.fail("cut"))
      const exit = yield* Effect.flip(
        Stream.runForEach(LogLine.fromBytes(bytes), ({ raw }) => Effect.sync(() => seen.push(raw)))
      )
      assert.strictEqual(exit, "cut")
      assert.deepStrictEqual(seen.slice(0, 2), ["one", "two"])
    }))
})

describe("a line of the router", () => {
  const line = (text: string, container = "router") =>
    LogLine.parse(`2026-11-26 08:00:00.1 +0000 UTC [${container}] ${text}`)

  it("has the fields of its request", () => {
    const request = Option.getOrThrow(
      LogLine.router(
        line(
          "method=GET path=\"/a?b=c d\" host=www.example.com request_id=42 from=\"203.0.113.7\" protocol=https status=502 " +
            "duration=0.012s bytes=6435 referer=\"-\" user_agent=\"Say \\\"hi\\\" = \\\\o/\" extra"
        )
      )
    )
    const { bytes, duration, fields, host, method, path, status } = request
    assert.deepStrictEqual([method, path, host, status, bytes], ["GET", "/a?b=c d", "www.example.com", 502, 6435])
    assert.deepStrictEqual(duration, Duration.millis(12))
    assert.strictEqual(fields["user_agent"], "Say \"hi\" = \\o/")
    assert.strictEqual(fields["request_id"], "42")
  })

  it("leaves out what cannot be read", () => {
    const request = Option.getOrThrow(
      LogLine.router(line("method=GET path=/ status=- duration=fast bytes= __proto__=x"))
    )
    assert.deepStrictEqual([request.status, request.duration, request.bytes], [undefined, undefined, undefined])
    assert.strictEqual(request.fields["status"], "-")
    assert.strictEqual(request.fields["__proto__"], "x")
  })

  it("is not one of another container, nor one without a request", () => {
    assert.isTrue(Option.isNone(LogLine.router(line("method=GET path=/", "web-1"))))
    assert.isTrue(Option.isNone(LogLine.router(line("the backend is down"))))
  })
})

describe("LogLine.printable", () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u001b[2J\u001b[1;1Hcleared", "cleared"],
    ["\u001b]0;title\u0007text", "text"],
    ["\u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\", "link"],
    ["\u001bPq#0;2;0;0;0\u001b\\sixel", "sixel"],
    ["\u001b_private\u009cafter", "after"],
    ["\u009b31mred", "red"],
    ["hidden\rshown", "hiddenshown"],
    ["a\b\b\bb\u0007", "ab"],
    ["right\u202eto left", "rightto left"],
    ["\u001bc\u001b7reset", "reset"],
    ["cut \u001b[3", "cut "],
    ["tab\tstays, é ✓ 🎉 too", "tab\tstays, é ✓ 🎉 too"]
  ]
  for (const [text, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      assert.strictEqual(LogLine.printable(text), expected)
    })
  }

  it("leaves no control character, whatever the text", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.stringOf(
          FastCheck.constantFrom("\u001b", "[", "]", "P", "_", ";", "3", "m", "\u0007", "\\", "\u009b", "\r", "x")
        ),
        (text) => {
          // oxlint-disable-next-line no-control-regex
          assert.notMatch(LogLine.printable(text), /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/)
        }
      )
    )
  })
})
