/**
 * Links and buttons that deploy a repository to Scalingo with one click. The page of a link reads `scalingo.json` from
 * the repository, see `ScalingoManifest`.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { errorClass } from "../internal/errorClass.js"
import { firstIssue, type ParseError, transformOrRefuse } from "../internal/parseResult.js"

const parseUrl = (text: string) => Either.try(() => new URL(text))

const isRepository = (text: string): boolean =>
  !/[\s\p{C}#]/u.test(text) && Either.match(parseUrl(text), {
    onLeft: () => false,
    // A link is public: it must not contain a password.
    onRight: (url) => /^https?:$/.test(url.protocol) && url.username === "" && url.password === ""
  })

const Repository = Schema.String.pipe(
  Schema.filter((text) => isRepository(text) ? undefined : "the http or https address of a repository")
).annotations({
  arbitrary: () => (fc) => fc.webUrl({ validSchemes: ["http", "https"], withQueryParameters: true })
})

const Branch = Schema.String.pipe(
  Schema.filter((text) => /^[^\s~^:?*[\\\p{C}]+$/u.test(text) ? undefined : "the name of a branch")
).annotations({ arbitrary: () => (fc) => fc.stringMatching(/^[a-z0-9][a-z0-9._()'&#/-]{0,20}$/) })

/**
 * The repository and the branch that a link deploys.
 *
 * @category schemas
 */
export const DeployLink = Schema.Struct({
  /**
   * The URL of the repository. Default: the GitHub repository that the link was clicked in. A `repository` in its
   * `scalingo.json` takes precedence over both.
   */
  source: Schema.optional(Repository),
  /** The branch to deploy. Default: the default branch of the repository. */
  branch: Schema.optional(Branch)
}).pipe(
  Schema.filter((link) =>
    link.branch !== undefined && link.source === undefined
      ? { path: ["source"], message: "present where there is a branch" }
      : undefined
  )
)

export interface DeployLink extends Schema.Schema.Type<typeof DeployLink> {}

/** Percent-encodes only what a query or a fragment in Markdown and HTML requires. */
const encode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/%3A/g, ":")
    .replace(/%2F/g, "/")
    .replace(/[()']/g, (character) => `%${character.charCodeAt(0).toString(16)}`)

const write = ({ branch, source }: DeployLink): string =>
  `https://my.scalingo.com/deploy${source === undefined ? "" : `?source=${encode(source)}`}${
    branch === undefined ? "" : `#${encode(branch)}`
  }`

const isDeployPage = (url: URL): boolean => {
  const path = url.pathname.replace(/\/$/, "")
  return url.protocol === "https:" &&
    ((/^my(\.[a-z0-9-]+)?\.scalingo\.com$/.test(url.host) && path === "/deploy") ||
      (url.host === "dashboard.scalingo.com" && (path === "/deploy" || path === "/create/app")))
}

const read = (text: string): Either.Either<Schema.Schema.Encoded<typeof DeployLink>, string> =>
  Either.gen(function*() {
    const expected = "a link to https://my.scalingo.com/deploy"
    const url = yield* Either.mapLeft(parseUrl(text), () => expected)
    if (!isDeployPage(url)) return yield* Either.left(expected)
    const source = url.searchParams.get("source")
    if (source === null) return {}
    const hash = yield* Either.try({
      try: () => decodeURIComponent(url.hash.slice(1)),
      catch: () => "a link whose branch is percent-encoded properly"
    })
    // The # before the branch may be percent-encoded itself; the branch is then a part of the source.
    const mark = source.indexOf("#")
    const branch = hash !== "" ? hash : mark === -1 ? "" : source.slice(mark + 1)
    return { source: mark === -1 ? source : source.slice(0, mark), ...(branch === "" ? {} : { branch }) }
  })

/**
 * The URL of a link: `https://my.scalingo.com/deploy?source=https://github.com/owner/name#branch`. Also decodes the
 * dashboard's other URLs: with the name of a region, `dashboard.scalingo.com/deploy` and
 * `dashboard.scalingo.com/create/app`.
 *
 * @category schemas
 */
export const DeployUrl: Schema.Schema<DeployLink, string> = transformOrRefuse(Schema.String, DeployLink, {
  decode: (text) => Either.mapLeft(read(text), (expected) => `Expected ${expected}`),
  encode: (link) => Either.right(write(link))
})

/**
 * A link or its URL is not valid.
 *
 * @category errors
 */
export class InvalidDeployLink
  extends errorClass(() =>
    Schema.TaggedError<InvalidDeployLink>("@effect-scalingo/core/InvalidDeployLink")(
      "InvalidDeployLink",
      {
        /** `source` or `branch`; empty for the link as a whole. */
        field: Schema.String,
        expected: Schema.String
      }
    )
  )
{
  override get message(): string {
    return `${this.field === "" ? "The link" : `The ${this.field} of the link`} must be ${this.expected}`
  }
}

const invalid = (error: ParseError): InvalidDeployLink => new InvalidDeployLink(firstIssue(error))

const encodeUrl = (link: DeployLink) => Schema.encodeEither(DeployUrl)(link)
const decodeUrl = (url: string) => Schema.decodeEither(DeployUrl)(url)

/**
 * The URL of a link.
 *
 * @category constructors
 * @example
 * ```ts
 * import { toUrl } from "@effect-scalingo/core/OneClick"
 *
 * toUrl({ source: "https://github.com/Scalingo/sample-go-martini", branch: "main" })
 * // Right("https://my.scalingo.com/deploy?source=https://github.com/Scalingo/sample-go-martini#main")
 * ```
 */
export const toUrl = (link: DeployLink): Either.Either<string, InvalidDeployLink> =>
  Either.mapLeft(encodeUrl(link), invalid)

/**
 * The link with this URL.
 *
 * @category constructors
 */
export const fromUrl = (url: string): Either.Either<DeployLink, InvalidDeployLink> =>
  Either.mapLeft(decodeUrl(url), invalid)

/**
 * The URL of the button's image.
 *
 * @category models
 */
export const buttonUrl = "https://cdn.scalingo.com/deploy/button.svg"

/**
 * Options of a button.
 *
 * @category models
 */
export interface ButtonOptions {
  /** The alternative text of the image; `deploy to Scalingo` by default. */
  readonly label?: string | undefined
}

const labelOf = (options: ButtonOptions | undefined) => options?.label ?? "deploy to Scalingo"

/**
 * The button of a link in Markdown, for a `README.md`.
 *
 * @category constructors
 */
export const toMarkdown = (
  link: DeployLink,
  options?: ButtonOptions
): Either.Either<string, InvalidDeployLink> => {
  const label = labelOf(options).replace(/\s+/g, " ").replace(/[[\]\\]/g, "\\$&")
  return Either.map(toUrl(link), (url) => `[![${label}](${buttonUrl})](${url})`)
}

const entities: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;" }

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character] ?? character)

/**
 * The button of a link in HTML.
 *
 * @category constructors
 */
export const toHtml = (link: DeployLink, options?: ButtonOptions): Either.Either<string, InvalidDeployLink> =>
  Either.map(
    toUrl(link),
    (url) => `<a href="${escapeHtml(url)}"><img src="${buttonUrl}" alt="${escapeHtml(labelOf(options))}"></a>`
  )
