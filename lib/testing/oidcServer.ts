import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** A real OpenID provider, for stories of signing in: whoever is in `people` can sign in there with any password. */
export interface OidcServer {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What it says of each person, by the name they sign in with. Can be changed while it runs. */
  readonly people: Map<string, Readonly<Record<string, unknown>>>
  close(): Promise<void>
}

/** Starts one that sends people back to this address. */
export async function startOidcServer(redirectUri: string): Promise<OidcServer> {
  const people = new Map<string, Readonly<Record<string, unknown>>>()
  const client = { id: 'switchback', secret: 'the secret of the client' }
  // The issuer is an address, so the port has to be known first.
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    scopes: ['openid', 'email', 'profile', 'groups'],
    claims: { email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    cookies: { keys: ['for testing'] },
    findAccount: (_context, accountId) => {
      const said = people.get(accountId)
      return said && { accountId, claims: () => ({ ...said, sub: accountId }) }
    },
  })
  const answer = provider.callback()
  return {
    issuer,
    clientId: client.id,
    clientSecret: client.secret,
    people,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
