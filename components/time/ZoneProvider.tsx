'use client'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { type Zone, zoneCookie, zoneText } from './zone.ts'

interface Zones {
  readonly zone: Zone
  readonly choose: (local: boolean) => void
}

const ZoneContext = createContext<Zones | null>(null)

const year = 365 * 86_400

function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
}

/** In which zone every time of the page is read. `initial` is what the cookie says, so that the server agrees. */
export function ZoneProvider({ initial, children }: { initial: Zone; children: ReactNode }) {
  const [zone, setZone] = useState(initial)
  const choose = useCallback((local: boolean) => {
    const next: Zone = local ? { name: ownZone(), isLocal: true } : { name: 'UTC', isLocal: false }
    document.cookie = `${zoneCookie}=${zoneText(next)}; path=/; max-age=${year}; samesite=lax`
    setZone(next)
  }, [])
  // Whoever has travelled is somewhere else than when they chose.
  useEffect(() => {
    if (initial.isLocal && ownZone() !== initial.name) choose(true)
  }, [initial, choose])
  const zones = useMemo(() => ({ zone, choose }), [zone, choose])
  return <ZoneContext value={zones}>{children}</ZoneContext>
}

/** The zone, and how another is chosen. */
export function useZones(): Zones {
  const zones = useContext(ZoneContext)
  if (!zones) throw new Error('useZones needs a ZoneProvider above it')
  return zones
}

/** The name of the zone in which times are read. */
export function useZone(): string {
  return useZones().zone.name
}
