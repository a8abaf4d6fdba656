// Loaded before the panel: says where each request comes from, in `X-Forwarded-For`, whatever the caller wrote there.
// With proxies of yours in front (SWITCHBACK_TRUSTED_PROXIES), it is what the outermost of them saw.
import { subscribe } from 'node:diagnostics_channel'

const proxies = Number(process.env.SWITCHBACK_TRUSTED_PROXIES ?? 0)

subscribe('http.server.request.start', ({ request, socket }) => {
  const said = String(request.headers['x-forwarded-for'] ?? '').split(',')
  const hops = [...said.map((hop) => hop.trim()).filter(Boolean), socket.remoteAddress ?? '']
  request.headers['x-forwarded-for'] = hops[Math.max(0, hops.length - 1 - proxies)]
})
