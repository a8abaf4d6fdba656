import 'server-only'
import { readFileSync } from 'node:fs'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import type { NextAuthOptions } from 'next-auth'
import { decode } from 'next-auth/jwt'
import Credentials from 'next-auth/providers/credentials'
import type { Actor } from '#lib/domain/actor.ts'
import { isFromOurPages } from '#lib/domain/sameOrigin.ts'
import { settings } from '#lib/env.ts'
import { paths } from '#lib/paths.ts'
import { type Caller, findSessionActor, type SessionLimits, signOut } from '#lib/services/people/session.ts'
import { signIn } from '#lib/services/people/signIn.ts'
import { signInByOidc } from '#lib/services/people/signInByOidc.ts'
import { claimsOf, oidcProvider } from './auth/oidc.ts'

/** Who is asking, in the browser. The cookie holds only the id of a session row; the row decides, at every request. */

/** Signs the cookie. Made once by the launcher and kept in the data folder. */
function sessionKey(): string {
  const file = process.env.SESSION_KEY_FILE
  if (!file) throw new Error('SESSION_KEY_FILE is not set: start Switchback with npm start')
  return readFileSync(file, 'utf8').trim()
}

function isHttps(): boolean {
  return settings().SWITCHBACK_PUBLIC_URL.startsWith('https:')
}

/** With `__Host-` a browser takes the cookie only from this host, over https, for all of the site. */
function sessionCookie(): string {
  return isHttps() ? '__Host-next-auth.session-token' : 'next-auth.session-token'
}

/** Where people reach the panel: for links. */
export function publicUrl(): string {
  return settings().SWITCHBACK_PUBLIC_URL
}

export function sessionLimits(): SessionLimits {
  const { SWITCHBACK_SESSION_IDLE_MINUTES: idle, SWITCHBACK_SESSION_HOURS: whole } = settings()
  return { idleMs: idle * 60_000, wholeMs: whole * 3_600_000 }
}

/** next-auth's settings. Its Credentials provider works only with JWT sessions, so the token carries our session's id. */
export function authOptions(): NextAuthOptions {
  return {
    secret: sessionKey(),
    session: { strategy: 'jwt', maxAge: sessionLimits().wholeMs / 1000 },
    pages: { signIn: paths.signIn(), error: paths.signIn() },
    cookies: {
      sessionToken: {
        name: sessionCookie(),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps() },
      },
    },
    providers: [
      Credentials({
        id: 'credentials',
        name: 'E-mail and password',
        credentials: { email: { type: 'email' }, password: { type: 'password' } },
        async authorize(given) {
          if (!given) return null
          const signed = await signIn(given, await caller(), { limits: sessionLimits() })
          if (signed.ok) return { id: signed.sessionId, name: signed.name, email: signed.email }
          if (signed.because === 'wrong') return null
          // next-auth hands the words of an error to the page.
          throw new Error(`too_often:${Math.ceil(signed.waitMs / 60_000)}`)
        },
      }),
      ...oidcProvider(),
    ],
    callbacks: {
      async signIn({ user, account, profile }) {
        if (account?.provider !== 'oidc') return true
        const signed = await signInByOidc(
          {
            claims: claimsOf({ ...profile }),
            rules: settings().SWITCHBACK_OIDC_GROUPS ?? [],
            caller: await caller(),
            replaces: await findSessionId(),
          },
          { limits: sessionLimits() },
        )
        if (!signed.ok) return new URL(paths.signInRefused(signed.because), publicUrl()).toString()
        // What becomes the subject of the cookie: as with a password, the id of our session.
        user.id = signed.sessionId
        return true
      },
      jwt({ token, user }) {
        return user ? { ...token, sub: user.id } : token
      },
    },
    events: {
      async signOut({ token }) {
        if (token.sub) await signOut(token.sub)
      },
    },
  }
}

/** Where this request comes from. The launcher sees to it that nobody can make the address up. */
export async function caller(): Promise<Caller> {
  const given = await headers()
  return {
    address: given.get('x-forwarded-for')?.split(',')[0]?.trim() || null,
    browser: given.get('user-agent'),
  }
}

/** The id in the cookie, whether or not its session still holds; null when there is none that we signed. */
export async function findSessionId(): Promise<string | null> {
  const token = (await cookies()).get(sessionCookie())?.value
  if (!token) return null
  const signed = await decode({ token, secret: sessionKey() }).catch(() => null)
  return signed?.sub ?? null
}

interface Asking {
  /** This request is an act of the person, not of a page that reads by itself: it keeps the session from going idle. */
  readonly touch?: boolean
}

/** The person who is signed in; null when nobody is. For route handlers. */
export async function findActor({ touch = false }: Asking = {}): Promise<Actor | null> {
  const sessionId = await findSessionId()
  return sessionId ? await findSessionActor(sessionId, { limits: sessionLimits(), touch }) : null
}

/** Asks again, while a stream is open. Ask for the way to do so before the answer begins. */
export async function askAgain(): Promise<() => Promise<Actor | null>> {
  const sessionId = await findSessionId()
  return async () => (sessionId ? await findSessionActor(sessionId, { limits: sessionLimits() }) : null)
}

/**
 * The person who is signed in. For pages and actions: whoever is not goes to the sign-in and comes back to `next`. An
 * action that does not come from our own pages is refused, whoever is signed in.
 */
export async function requireActor(next?: string): Promise<Actor> {
  await requireOurPages()
  return (await findActor({ touch: true })) ?? redirect(paths.signIn(next))
}

/** Refuses an action that another site, or no page at all, sends. A request without content is no action. */
export async function requireOurPages(): Promise<void> {
  const given = await headers()
  if (!given.has('next-action') && !given.has('content-type')) return
  if (!isOurs(given)) throw new Error('This request does not come from a page of Switchback')
}

/** Whether a request that changes something comes from our own pages. */
export function isOurs(given: Headers): boolean {
  const provenance = {
    origin: given.get('origin'),
    secFetchSite: given.get('sec-fetch-site'),
    host: given.get('host'),
  }
  return isFromOurPages(provenance, URL.parse(settings().SWITCHBACK_PUBLIC_URL)?.host ?? null)
}
