import NextAuth from 'next-auth'
import type { NextRequest } from 'next/server'
import { authOptions } from '#lib/auth.ts'

interface AuthContext {
  params: Promise<{ nextauth: string[] }>
}

async function auth(request: NextRequest, context: AuthContext): Promise<Response> {
  return (await NextAuth(
    request as never,
    { params: await context.params } as never,
    authOptions(),
  )) as Response
}

export { auth as GET, auth as POST }
