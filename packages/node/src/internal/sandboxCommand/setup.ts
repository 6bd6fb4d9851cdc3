/**
 * What the command prints at its start: how each client is pointed at the sandbox.
 */

export interface Setup {
  /** The origin: `http://127.0.0.1:4000`. */
  readonly url: string
  readonly region: string
  readonly regions: ReadonlyArray<string>
  /** The first one is used in the examples. */
  readonly accounts: ReadonlyArray<{ readonly username: string; readonly token: string }>
  /** The path of the certificate, with `--tls`. */
  readonly certificate: string | undefined
}

/** For a shell. */
const quote = (text: string): string => /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

const exported = (variables: { readonly [name: string]: string }) =>
  Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`)

const section = (title: string, lines: ReadonlyArray<string>) => [title, ...lines.map((line) => `  ${line}`), ""]

/** `osc_fr1` */
const method = (region: string) => region.replace(/\W/g, "_")

const certificateLines = (certificate: string) => [
  ...exported({ NODE_EXTRA_CA_CERTS: certificate, SSL_CERT_FILE: certificate }),
  "Node reads the first one. Go, Ruby and Python read the second one, and then trust no other certificate;",
  `Python's requests reads REQUESTS_CA_BUNDLE, and curl takes --cacert ${quote(certificate)}`
]

export const setupText = ({ accounts, certificate, region, regions, url }: Setup): string => {
  const token = accounts[0]?.token ?? ""
  const api = `${url}/api/${region}`
  const database = `${url}/db/${region}`
  return [
    ...section("Accounts, with their API tokens", accounts.map((it) => `${it.username} ${it.token}`)),
    ...section("Regions", [regions.join(", ")]),
    ...(certificate === undefined ? [] : section("The certificate", certificateLines(certificate))),
    ...section(
      "effect-scalingo",
      exported({
        SCALINGO_API_TOKEN: token,
        SCALINGO_AUTH_URL: `${url}/auth`,
        SCALINGO_API_URL: api,
        SCALINGO_DB_URL: database,
        SCALINGO_BILLING_URL: `${url}/billing`,
        SCALINGO_REGION: region
      })
    ),
    ...section("The official command line", [
      ...exported({
        SCALINGO_AUTH_URL: `${url}/auth`,
        SCALINGO_API_URL: api,
        SCALINGO_DB_URL: database,
        SCALINGO_REGION: region
      }),
      `scalingo login --api-token ${quote(token)}`
    ]),
    ...section("Go, go-scalingo: in code", [
      "scalingo.New(ctx, scalingo.ClientConfig{",
      `\tAuthEndpoint: ${JSON.stringify(`${url}/auth`)}, APIToken: ${JSON.stringify(token)},`,
      `\tAPIEndpoint: ${JSON.stringify(api)}, DatabaseAPIEndpoint: ${JSON.stringify(database)},`,
      "})"
    ]),
    ...section("JavaScript, scalingo: in code", [
      `clientFromToken(${JSON.stringify(token)}, {`,
      `  apiUrl: ${JSON.stringify(api)}, authApiUrl: ${JSON.stringify(`${url}/auth`)},`,
      `  billingApiUrl: ${JSON.stringify(`${url}/billing`)}`,
      "})"
    ]),
    ...section("Ruby, scalingo: in code", [
      "class Sandbox < Scalingo::Client",
      `  def auth = @auth ||= Scalingo::Auth.new(${JSON.stringify(`${url}/auth/v1`)}, scalingo: self)`,
      `  def ${method(region)}`,
      `    @region ||= Scalingo::Regional.new(${JSON.stringify(`${api}/v1`)}, scalingo: self, region: :${
        method(region)
      })`,
      "  end",
      "end",
      `Sandbox.new.tap { |it| it.authenticate_with(access_token: ${JSON.stringify(token)}) }`
    ])
  ].join("\n")
}
