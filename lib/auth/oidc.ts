import 'server-only'
import type { Profile } from 'next-auth'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import { settings } from '#lib/env.ts'
import type { OidcClaims } from '#lib/services/people/signInByOidc.ts'

/** An OpenID provider for next-auth, from the settings. */

/** What people see on the button; null when there is no provider. */
export function oidcName(): string | null {
  const { SWITCHBACK_OIDC_ISSUER: issuer, SWITCHBACK_OIDC_NAME: name } = settings()
  return issuer ? name : null
}

export function oidcProvider(): OAuthConfig<Profile>[] {
  const given = settings()
  const { SWITCHBACK_OIDC_ISSUER: issuer, SWITCHBACK_OIDC_CLIENT_ID: clientId } = given
  const clientSecret = given.SWITCHBACK_OIDC_CLIENT_SECRET
  if (!issuer || !clientId || !clientSecret) return []
  return [
    {
      id: 'oidc',
      name: given.SWITCHBACK_OIDC_NAME,
      type: 'oauth',
      wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      clientId,
      clientSecret,
      idToken: true,
      checks: ['pkce', 'state', 'nonce'],
      authorization: {
        // Asking for max_age makes a provider say when the person proved who they are.
        params: { scope: given.SWITCHBACK_OIDC_SCOPES, max_age: given.SWITCHBACK_SESSION_HOURS * 3600 },
      },
      userinfo: {
        // Providers put groups and addresses into either; openid-client checks that both speak of one subject.
        async request({ client, tokens }) {
          const said = client.issuer.metadata.userinfo_endpoint ? await client.userinfo(tokens as never) : {}
          return { ...said, ...claimsIn(tokens.id_token) } as Profile
        },
      },
      profile: (profile) => ({
        id: profile.sub ?? '',
        name: profile.name ?? null,
        email: profile.email ?? null,
      }),
    },
  ]
}

/** The claims of an ID token whose signature openid-client has checked. */
function claimsIn(idToken: string | undefined): Record<string, unknown> {
  const body = idToken?.split('.')[1]
  return body ? (JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Record<string, unknown>) : {}
}

/** What the provider says of somebody, of what was read from it. */
export function claimsOf(profile: Readonly<Record<string, unknown>>): OidcClaims {
  const text = (name: string) => (typeof profile[name] === 'string' ? profile[name] : null)
  const { SWITCHBACK_OIDC_ISSUER: issuer, SWITCHBACK_OIDC_GROUPS_CLAIM: claim } = settings()
  const groups = profile[claim]
  const at = profile['auth_time']
  return {
    issuer: text('iss') ?? issuer ?? '',
    subject: text('sub') ?? '',
    email: text('email'),
    emailVerified: profile['email_verified'] === true,
    name: text('name') ?? text('preferred_username'),
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
    provenAt: typeof at === 'number' ? new Date(at * 1000) : null,
  }
}
