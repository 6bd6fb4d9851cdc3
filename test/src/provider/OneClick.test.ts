import { buttonUrl, DeployLink, DeployUrl, fromUrl, toHtml, toMarkdown, toUrl } from "@effect-scalingo/core/OneClick"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck, Schema } from "effect"

const source = "https://github.com/Scalingo/sample-go-martini"

const url = (link: DeployLink) => Either.getOrThrow(toUrl(link))
const parsed = (text: string) => Either.getOrThrow(fromUrl(text))

describe("one-click links", () => {
  it("have the documented form", () => {
    assert.strictEqual(url({}), "https://my.scalingo.com/deploy")
    assert.strictEqual(url({ source }), `https://my.scalingo.com/deploy?source=${source}`)
    assert.strictEqual(
      url({ source, branch: "custom_branch" }),
      `https://my.scalingo.com/deploy?source=${source}#custom_branch`
    )
    assert.strictEqual(
      url({ source, branch: "feature/x" }),
      `https://my.scalingo.com/deploy?source=${source}#feature/x`
    )
  })

  it("can be decoded again", () => {
    for (const link of [{}, { source }, { source, branch: "main" }, { source, branch: "a&b#c(d)'é" }]) {
      assert.deepStrictEqual(parsed(url(link)), link)
    }
  })

  it("are decoded in the other forms of the dashboard", () => {
    const both = { source, branch: "main" }
    assert.deepStrictEqual(parsed(`https://my.osc-fr1.scalingo.com/deploy?source=${source}`), { source })
    assert.deepStrictEqual(parsed(`https://dashboard.scalingo.com/create/app?source=${source}#main`), both)
    assert.deepStrictEqual(parsed(`https://dashboard.scalingo.com/deploy?source=${source}#main`), both)
    for (const host of ["my", "dashboard"]) {
      assert.deepStrictEqual(parsed(`https://${host}.scalingo.com/deploy`), {})
    }
    assert.deepStrictEqual(
      parsed(`https://my.scalingo.com/deploy/?source=${encodeURIComponent(`${source}#main`)}`),
      both
    )
    assert.deepStrictEqual(parsed(`https://my.scalingo.com/deploy?utm=1&source=${source}#`), { source })
  })

  it("encode the query of the source", () => {
    const link = { source: "https://git.example.com/repo?a=1&b=2+3%20" }
    assert.strictEqual(
      url(link),
      "https://my.scalingo.com/deploy?source=https://git.example.com/repo%3Fa%3D1%26b%3D2%2B3%2520"
    )
    assert.deepStrictEqual(parsed(url(link)), link)
  })

  it("are refused with the name of the invalid field", () => {
    const cases: ReadonlyArray<readonly [DeployLink, string]> = [
      [{ source: "" }, "source"],
      [{ source: "Scalingo/sample-go-martini" }, "source"],
      [{ source: "git@github.com:Scalingo/sample-go-martini" }, "source"],
      [{ source: "javascript:alert(1)" }, "source"],
      [{ source: "https://user:password@github.com/a/b" }, "source"],
      [{ source: `${source}#main` }, "source"],
      [{ source: `${source} ` }, "source"],
      [{ source, branch: "" }, "branch"],
      [{ source, branch: "a b" }, "branch"],
      [{ source, branch: "\ud800" }, "branch"],
      [{ branch: "main" }, "source"]
    ]
    for (const [link, field] of cases) {
      const error = Either.getOrThrow(Either.flip(toUrl(link)))
      assert.strictEqual(error._tag, "InvalidDeployLink")
      assert.strictEqual(error.field, field, JSON.stringify(link))
      assert.match(error.message, new RegExp(`^The ${field} of the link must be `))
    }
  })

  it("are not decoded from other URLs", () => {
    const others = [
      "",
      "deploy",
      `http://my.scalingo.com/deploy?source=${source}`,
      `https://my.scalingo.com.evil.example/deploy?source=${source}`,
      `https://evil.example/deploy?source=${source}`,
      `https://my.scalingo.com/apps?source=${source}`,
      `https://my.scalingo.com/deploy?source=ftp://example.com/x`,
      `https://my.scalingo.com/deploy?source=${source}#%ff`
    ]
    for (const text of others) assert.isTrue(Either.isLeft(fromUrl(text)), text)
  })

  it("do not change when they are encoded and decoded", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(DeployLink), (link) => {
        const text = Schema.encodeSync(DeployUrl)(link)
        assert.deepStrictEqual(JSON.stringify(Schema.decodeSync(DeployUrl)(text)), JSON.stringify(link))
        assert.notMatch(text, /[\s()'"<>\\]/)
      }),
      { numRuns: 500, seed: 3 }
    )
  })
})

describe("one-click buttons", () => {
  it("are written in Markdown", () => {
    assert.strictEqual(
      Either.getOrThrow(toMarkdown({ source })),
      `[![deploy to Scalingo](https://cdn.scalingo.com/deploy/button.svg)](https://my.scalingo.com/deploy?source=${source})`
    )
    assert.include(Either.getOrThrow(toMarkdown({}, { label: "a [b]\n\\c" })), "[![a \\[b\\] \\\\c](")
    assert.include(Either.getOrThrow(toMarkdown({ source, branch: "a(b)" })), "#a%28b%29)")
  })

  it("are written in HTML", () => {
    assert.strictEqual(
      Either.getOrThrow(toHtml({ source, branch: "main" }, { label: "\"<Deploy> & run\"" })),
      `<a href="https://my.scalingo.com/deploy?source=${source}#main"><img src="${buttonUrl}" ` +
        "alt=\"&quot;&lt;Deploy&gt; &amp; run&quot;\"></a>"
    )
  })

  it("are refused when the link is invalid", () => {
    assert.isTrue(Either.isLeft(toMarkdown({ branch: "main" })))
    assert.isTrue(Either.isLeft(toHtml({ source: "x" })))
  })
})
