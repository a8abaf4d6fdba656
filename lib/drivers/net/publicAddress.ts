import ipaddr from 'ipaddr.js'

/** Azure's metadata and host agent: a public number that only machines inside can reach. */
const insideThough = new Set(['168.63.129.16'])

/**
 * Why this IP address is not one of the public internet; null when it is one. Whatever is not plainly public is not:
 * loopback, private, link-local (where clouds keep their metadata), unique local, carrier-grade, mapped and translated.
 */
export function whyNotPublic(address: string): string | null {
  if (!ipaddr.isValid(address)) return `${address} is no IP address`
  const range = ipaddr.parse(address).range()
  if (range === 'unicast' && !insideThough.has(address)) return null
  return `${address} points into a private network (${range === 'unicast' ? 'reserved' : range})`
}
