import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Settings } from '#lib/env.ts'

/** Why these ports cannot be listened on, naming the setting; null when they can. Tried again for so many milliseconds. */
export async function whyNotListen(settings: Settings, patienceMs = 0): Promise<string | null> {
  const { SWITCHBACK_HOST: host, SWITCHBACK_PANEL_PORT: panel, SWITCHBACK_EDGE_PORT: edge } = settings
  if (panel === edge)
    return `SWITCHBACK_PANEL_PORT and SWITCHBACK_EDGE_PORT are both ${panel}; they have to differ`
  if (panel === settings.SWITCHBACK_EDGE_GRPC_PORT)
    return `SWITCHBACK_PANEL_PORT and SWITCHBACK_EDGE_GRPC_PORT are both ${panel}; they have to differ`
  const deadline = Date.now() + patienceMs
  for (;;) {
    const reason =
      (await whyNotPort('SWITCHBACK_PANEL_PORT', host, panel)) ??
      (await whyNotPort('SWITCHBACK_EDGE_PORT', host, edge))
    if (!reason || Date.now() >= deadline) return reason
    await pause(100)
  }
}

async function whyNotPort(name: string, host: string, port: number): Promise<string | null> {
  const code = await new Promise<string | null>((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    probe.listen(port, host, () => probe.close(() => resolve(null)))
  })
  switch (code) {
    case null:
      return null
    case 'EADDRINUSE':
      return `${name}: something listens on ${host}:${port} already; stop it, or set another port`
    case 'EACCES':
      return `${name}: this user may not listen on port ${port}; set one above 1023`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `SWITCHBACK_HOST: ${host} is not an address of this machine`
    default:
      return `${name}: ${host}:${port} cannot be listened on (${code})`
  }
}
