/** What a browser says of where a request comes from. */
export interface Provenance {
  readonly origin: string | null
  readonly secFetchSite: string | null
  readonly host: string | null
}

/**
 * Whether a change comes from a page of this site, by what a browser says and no script can: an `Origin` that is the
 * site's own, or, where there is none, `Sec-Fetch-Site: same-origin`. `publicHost` is what people reach the panel by,
 * where a proxy stands before it. Whoever says nothing is refused.
 */
export function isFromOurPages(
  { origin, secFetchSite, host }: Provenance,
  publicHost: string | null,
): boolean {
  if (secFetchSite !== null && secFetchSite !== 'same-origin') return false
  if (origin === null) return secFetchSite === 'same-origin'
  const given = URL.parse(origin)?.host
  return given !== undefined && given !== '' && (given === host || given === publicHost)
}
