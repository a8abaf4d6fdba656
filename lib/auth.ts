import 'server-only'
import { readFileSync } from 'node:fs'
import { redirect } from 'next/navigation'
import type { NextAuthOptions } from 'next-auth'
import { getServerSession } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import type { Actor } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { findSessionActor, signIn, signOut } from '#lib/services/people/session.ts'

/** Who is asking, in the browser. The cookie holds only the id of a session row; the row decides, at every request. */

/** Signs the cookie. Made once by the launcher and kept in the data folder. */
function sessionKey(): string {
  const file = process.env.SESSION_KEY_FILE
  if (!file) throw new Error('SESSION_KEY_FILE is not set: start Switchback with npm start')
  return readFileSync(file, 'utf8').trim()
}

/** next-auth's settings. Its Credentials provider works only with JWT sessions, so the token carries our session's id. */
export function authOptions(): NextAuthOptions {
  return {
    secret: sessionKey(),
    session: { strategy: 'jwt', maxAge: 12 * 3600 },
    pages: { signIn: paths.signIn(), error: paths.signIn() },
    providers: [
      Credentials({
        id: 'credentials',
        name: 'E-mail and password',
        credentials: { email: { type: 'email' }, password: { type: 'password' } },
        async authorize(given) {
          if (!given) return null
          const session = await signIn(given.email, given.password)
          return session ? { id: session.sessionId, name: session.name, email: session.email } : null
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        return user ? { ...token, sub: user.id } : token
      },
      session({ session, token }) {
        return { ...session, sessionId: token.sub }
      },
    },
    events: {
      async signOut({ token }) {
        if (token.sub) await signOut(token.sub)
      },
    },
  }
}

/** The person who is signed in; null when nobody is. For route handlers. */
export async function findActor(): Promise<Actor | null> {
  const session: { sessionId?: string } | null = await getServerSession(authOptions())
  return session?.sessionId ? await findSessionActor(session.sessionId) : null
}

/** The person who is signed in. For pages and actions: whoever is not goes to the sign-in and comes back to `next`. */
export async function requireActor(next?: string): Promise<Actor> {
  return (await findActor()) ?? redirect(paths.signIn(next))
}
