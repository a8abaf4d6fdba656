import { type NextRequest, NextResponse } from 'next/server'
import { isFromOurPages } from '#lib/domain/sameOrigin.ts'

/**
 * Sends browsers without a session cookie to the sign-in, and back afterwards. A convenience: every page asks itself.
 * Refuses what would change something and does not come from our pages; actions ask that themselves too.
 */
export function proxy(request: NextRequest): NextResponse {
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isOurs(request.headers)) {
    return new NextResponse('This request does not come from a page of Switchback', { status: 403 })
  }
  const hasCookie = request.cookies.getAll().some(({ name }) => name.endsWith('next-auth.session-token'))
  if (hasCookie || isOpen(request.nextUrl.pathname)) return NextResponse.next()
  const { pathname, search } = request.nextUrl
  const target = new URL('/sign-in', request.url)
  if (pathname !== '/') target.searchParams.set('next', `${pathname}${search}`)
  return NextResponse.redirect(target)
}

/** Pages for whoever is not in yet. */
function isOpen(pathname: string): boolean {
  return ['/sign-in', '/welcome', '/invitation'].includes(pathname)
}

function isOurs(given: Headers): boolean {
  const provenance = {
    origin: given.get('origin'),
    secFetchSite: given.get('sec-fetch-site'),
    host: given.get('host'),
  }
  return isFromOurPages(provenance, URL.parse(process.env.SWITCHBACK_PUBLIC_URL ?? '')?.host ?? null)
}

export const config = {
  matcher: ['/((?!api/|_next/|icon|favicon).*)'],
}
