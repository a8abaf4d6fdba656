import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Settings } from '#lib/env.ts'
import type { DataFolder } from './dataFolder.ts'
import { nodeFlags, root } from './root.ts'
import type { Program } from './supervise.ts'

/** The programs of one installation on this machine, in the order of starting. */
export function programs(settings: Settings, databaseUrl: string, data: DataFolder): Program[] {
  const { SWITCHBACK_HOST: host, SWITCHBACK_PANEL_PORT: port, SWITCHBACK_PUBLIC_URL: publicUrl } = settings
  const env = {
    DATABASE_URL: databaseUrl,
    SWITCHBACK_PUBLIC_URL: publicUrl,
    SWITCHBACK_EDGE_URL: settings.SWITCHBACK_EDGE_URL,
    SWITCHBACK_DATA_DIR: data.path,
    SWITCHBACK_TRUSTED_PROXIES: String(settings.SWITCHBACK_TRUSTED_PROXIES),
    SESSION_KEY_FILE: data.key('session').file,
    RECORD_KEY_FILE: data.key('record').file,
    WEBHOOK_KEY_FILE: data.key('webhook').file,
    NODE_ENV: 'production',
  }
  const next = join(root, 'node_modules/next/dist/bin/next')
  return [
    {
      name: 'The panel',
      args: [
        '--import',
        join(root, 'lib/launcher/callerAddress.mjs'),
        next,
        'start',
        '-H',
        host,
        '-p',
        String(port),
      ],
      env: { ...env, NEXTAUTH_URL: publicUrl, NEXT_TELEMETRY_DISABLED: '1' },
      stopTimeoutMs: 4_000,
    },
    { name: 'The guard', args: [...nodeFlags, join(root, 'lib/guard/main.ts')], env, stopTimeoutMs: 8_000 },
    { name: 'The edge', args: [...nodeFlags, join(root, 'lib/edge/main.ts')], env, stopTimeoutMs: 6_000 },
  ]
}

/** Where the panel and the edge answer on this machine. */
export function addresses(settings: Settings): { readonly panel: string; readonly edge: string } {
  const { SWITCHBACK_HOST: host, SWITCHBACK_PANEL_PORT: panel, SWITCHBACK_EDGE_PORT: edge } = settings
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const written = name.includes(':') ? `[${name}]` : name
  return { panel: `http://${written}:${panel}`, edge: `http://${written}:${edge}` }
}

/** Waits until panel and edge say that they do their job. Throws when they have not within the time, or when told to end. */
export async function untilHealthy(settings: Settings, withinMs: number, signal: AbortSignal): Promise<void> {
  const { panel, edge } = addresses(settings)
  const deadline = Date.now() + withinMs
  for (const url of [`${edge}/healthz`, `${panel}/api/health`]) {
    while (!(await isOk(url))) {
      signal.throwIfAborted()
      if (Date.now() > deadline)
        throw new Error(`${url} does not answer as it should after ${withinMs / 1000} s`)
      await pause(100, undefined, { signal })
    }
  }
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}
