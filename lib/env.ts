import { z } from 'zod'
import { readGroupRules } from '#lib/domain/groupRules.ts'

/** The settings, from the environment. Everything that begins with SWITCHBACK_ is one; an unknown one is refused. */

const port = z.coerce.number().int().min(1).max(65_535)
const address = z.url({ protocol: /^https?$/ })

const shape = z.strictObject({
  SWITCHBACK_HOST: z.string().min(1).default('127.0.0.1'),
  SWITCHBACK_PANEL_PORT: port.default(3000),
  SWITCHBACK_EDGE_PORT: port.default(4318),
  /** A second port of the edge, where exporters look for OTLP over gRPC. */
  SWITCHBACK_EDGE_GRPC_PORT: z.union([z.literal('none'), port]).optional(),
  SWITCHBACK_DATA_DIR: z.string().min(1).default('./.switchback'),
  SWITCHBACK_PUBLIC_URL: address.optional(),
  SWITCHBACK_EDGE_URL: address.optional(),
  /** The name of this installation in its routing table. */
  SWITCHBACK_ENV: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,30}$/)
    .default('production'),
  SWITCHBACK_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SWITCHBACK_SESSION_IDLE_MINUTES: z.coerce.number().int().min(1).max(1440).default(30),
  SWITCHBACK_SESSION_HOURS: z.coerce.number().int().min(1).max(168).default(12),
  /** How many proxies of yours stand before the panel: whose `X-Forwarded-For` is believed. */
  SWITCHBACK_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** An OpenID provider by which people can sign in; issuer, client and secret together or not at all. */
  SWITCHBACK_OIDC_ISSUER: address.optional(),
  SWITCHBACK_OIDC_CLIENT_ID: z.string().min(1).optional(),
  SWITCHBACK_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  SWITCHBACK_OIDC_NAME: z.string().min(1).max(40).default('single sign-on'),
  SWITCHBACK_OIDC_SCOPES: z
    .string()
    .regex(/^openid( \S+)*$/)
    .default('openid email profile'),
  SWITCHBACK_OIDC_GROUPS_CLAIM: z.string().min(1).default('groups'),
  SWITCHBACK_OIDC_GROUPS: z
    .string()
    .transform((text, context) => {
      const rules = readGroupRules(text)
      if (rules) return rules
      context.addIssue({ code: 'custom', message: 'group=role[@agent]' })
      return z.NEVER
    })
    .optional(),
  SWITCHBACK_SLACK_TOKEN: z.string().min(1).optional(),
  SWITCHBACK_SLACK_CHANNEL: z.string().min(1).optional(),
  SWITCHBACK_SLACK_API_URL: address.optional(),
  /** Whether webhooks may point into the own network, and speak plain http. */
  SWITCHBACK_ALLOW_PRIVATE_ADDRESSES: z
    .enum(['yes', 'no'])
    .default('no')
    .transform((said) => said === 'yes'),
  /** Whether the page of the design is there: for whoever builds the panel. */
  SWITCHBACK_DESIGN: z.enum(['yes', 'no']).default('no'),
  /** What Slack signs its requests with; without it, messages have no buttons. */
  SWITCHBACK_SLACK_SIGNING_SECRET: z.string().min(8).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
})

const expected: Readonly<Record<string, string>> = {
  SWITCHBACK_HOST: 'an address to listen on, as in 127.0.0.1',
  SWITCHBACK_PANEL_PORT: 'a port, 1 to 65535',
  SWITCHBACK_EDGE_PORT: 'a port, 1 to 65535',
  SWITCHBACK_EDGE_GRPC_PORT: 'a port, 1 to 65535, or none',
  SWITCHBACK_DATA_DIR: 'a folder',
  SWITCHBACK_PUBLIC_URL: 'an http or https address, as in https://switchback.example.com',
  SWITCHBACK_EDGE_URL: 'the http or https address where agents reach the edge',
  SWITCHBACK_ENV: 'lower-case letters, digits and "-", at most 31',
  SWITCHBACK_LOG_LEVEL: 'debug, info, warn, error or silent',
  SWITCHBACK_SESSION_IDLE_MINUTES: 'whole minutes, 1 to 1440',
  SWITCHBACK_SESSION_HOURS: 'whole hours, 1 to 168',
  SWITCHBACK_TRUSTED_PROXIES: 'how many proxies stand before the panel, 0 to 10',
  SWITCHBACK_OIDC_ISSUER: 'the http or https address of an OpenID provider, with its client and secret',
  SWITCHBACK_OIDC_CLIENT_ID: 'the client that the provider knows Switchback by, with issuer and secret',
  SWITCHBACK_OIDC_CLIENT_SECRET: "that client's secret, with issuer and client",
  SWITCHBACK_OIDC_NAME: 'what the button at the sign-in says, at most 40 characters',
  SWITCHBACK_OIDC_SCOPES: 'scopes with a space between, openid first',
  SWITCHBACK_OIDC_GROUPS_CLAIM: 'the name of a claim',
  SWITCHBACK_OIDC_GROUPS:
    'group=role[@agent] with commas between, as in oncall=on_call@support-agent,admins=administrator',
  SWITCHBACK_SLACK_TOKEN: 'a bot token',
  SWITCHBACK_SLACK_CHANNEL: 'a channel, as in #agents-oncall',
  SWITCHBACK_SLACK_API_URL: 'an http or https address',
  SWITCHBACK_ALLOW_PRIVATE_ADDRESSES: 'yes or no',
  SWITCHBACK_DESIGN: 'yes or no',
  SWITCHBACK_SLACK_SIGNING_SECRET: "the app's signing secret, at least 8 characters",
  DATABASE_URL: 'a PostgreSQL address, as in postgres://user:password@host:5432/switchback',
}

export type Settings = Omit<
  z.infer<typeof shape>,
  'SWITCHBACK_PUBLIC_URL' | 'SWITCHBACK_EDGE_URL' | 'SWITCHBACK_EDGE_GRPC_PORT'
> & {
  readonly SWITCHBACK_EDGE_GRPC_PORT: number | 'none'
  /** Where people reach the panel: in links, and what a request's Origin has to be. */
  readonly SWITCHBACK_PUBLIC_URL: string
  /** Where agents reach the edge: in what people copy. */
  readonly SWITCHBACK_EDGE_URL: string
}

export type ReadSettings =
  | { readonly ok: true; readonly value: Settings }
  /** One sentence for each setting that is wrong, by name. */
  | { readonly ok: false; readonly errors: readonly string[] }

/** Settings whose value nobody should find in a terminal's history. */
const secret = /TOKEN|SECRET|DATABASE_URL/

/** Reads the settings from an environment. An empty value is no value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): ReadSettings {
  const given = Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => value && (name.startsWith('SWITCHBACK_') || name === 'DATABASE_URL'),
    ),
  )
  const parsed = shape.safeParse(given)
  if (!parsed.success)
    return { ok: false, errors: parsed.error.issues.flatMap((issue) => sentences(issue, given)) }
  const value = parsed.data
  const missing = missingOidc(value)
  if (missing.length > 0) return { ok: false, errors: missing }
  const publicUrl = value.SWITCHBACK_PUBLIC_URL ?? `http://localhost:${value.SWITCHBACK_PANEL_PORT}`
  const edgeUrl = value.SWITCHBACK_EDGE_URL ?? edgeUrlOf(value, publicUrl)
  return {
    ok: true,
    value: {
      ...value,
      SWITCHBACK_EDGE_GRPC_PORT: grpcPortOf(value),
      SWITCHBACK_PUBLIC_URL: publicUrl,
      SWITCHBACK_EDGE_URL: edgeUrl,
    },
  }
}

/**
 * OTLP has two ports, 4317 and 4318. An installation that moved from the one has moved from the other too: another one
 * on the same machine may have it. Its edge takes gRPC at its own port all the same.
 */
function grpcPortOf({
  SWITCHBACK_EDGE_GRPC_PORT: grpc,
  SWITCHBACK_EDGE_PORT: edge,
  SWITCHBACK_PANEL_PORT: panel,
}: z.infer<typeof shape>): number | 'none' {
  if (grpc !== undefined) return grpc === edge ? 'none' : grpc
  return edge === 4318 && panel !== 4317 ? 4317 : 'none'
}

/** The edge listens where the panel does; of an edge that listens everywhere, the panel's public name leads to it. */
function edgeUrlOf(
  { SWITCHBACK_HOST: host, SWITCHBACK_EDGE_PORT: port }: z.infer<typeof shape>,
  publicUrl: string,
) {
  const name = host === '0.0.0.0' || host === '::' ? new URL(publicUrl).hostname : host
  return `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`
}

/** The settings of a provider that stand alone: half of them would leave people without a way in, and no reason. */
function missingOidc(value: z.infer<typeof shape>): string[] {
  const names = [
    'SWITCHBACK_OIDC_ISSUER',
    'SWITCHBACK_OIDC_CLIENT_ID',
    'SWITCHBACK_OIDC_CLIENT_SECRET',
  ] as const
  const missing = names.filter((name) => value[name] === undefined)
  if (missing.length === names.length) {
    return value.SWITCHBACK_OIDC_GROUPS === undefined
      ? []
      : ['SWITCHBACK_OIDC_GROUPS: a value was given; expected SWITCHBACK_OIDC_ISSUER beside it']
  }
  return missing.map((name) => `${name}: nothing was given; expected ${expected[name]}`)
}

function sentences(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (name) => `${name}: there is no such setting; known are ${Object.keys(expected).join(', ')}`,
    )
  }
  const name = String(issue.path[0])
  const shown = secret.test(name) ? 'a value' : JSON.stringify(given[name])
  return [`${name}: ${shown} was given; expected ${expected[name]}`]
}

let cached: Settings | undefined

/** The settings of this process. Throws with one line a setting when any is wrong. */
export function settings(): Settings {
  if (cached) return cached
  const read = readSettings(process.env)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  cached = read.value
  return cached
}
