/**
 * Where to go after the sign-in: a path on this site, or Now. Whatever a browser could take for another site is Now:
 * `//host`, a backslash, control characters, an address with a scheme.
 */
export function safeNext(given: string | readonly string[] | undefined): string {
  if (typeof given !== 'string' || !given.startsWith('/')) return '/'
  // Any origin will do: what counts is that the path does not leave it.
  const here = 'http://here.invalid'
  const url = URL.parse(given, here)
  if (!url || url.origin !== here || /[\\\u0000-\u001f\u007f]/.test(given)) return '/'
  const path = url.pathname + url.search + url.hash
  return path.startsWith('//') || isDoor(url.pathname) ? '/' : path
}

/** Going back to a door, or to what is no page, would go round in a circle. */
function isDoor(pathname: string): boolean {
  return ['/sign-in', '/welcome', '/invitation', '/api'].some(
    (door) => pathname === door || pathname.startsWith(`${door}/`),
  )
}
