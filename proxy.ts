import { type NextRequest, NextResponse } from 'next/server'

/** Sends browsers without a session cookie to the sign-in, and back afterwards. A convenience: every page asks itself. */
export function proxy(request: NextRequest): NextResponse {
  const hasCookie = request.cookies.getAll().some(({ name }) => name.endsWith('next-auth.session-token'))
  if (hasCookie) return NextResponse.next()
  const { pathname, search } = request.nextUrl
  const target = new URL('/sign-in', request.url)
  if (pathname !== '/') target.searchParams.set('next', `${pathname}${search}`)
  return NextResponse.redirect(target)
}

export const config = {
  matcher: ['/((?!api/|_next/|sign-in|welcome|icon|favicon).*)'],
}
