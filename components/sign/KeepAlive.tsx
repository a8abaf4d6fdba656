'use client'
import { useEffect } from 'react'
import { paths } from '#lib/paths.ts'

const everyMs = 60_000

/** Whoever works on a page that only shows is not idle: a key or a click says so, at most once a minute. */
export function KeepAlive() {
  useEffect(() => {
    let saidAt = Date.now()
    const say = () => {
      if (Date.now() - saidAt < everyMs) return
      saidAt = Date.now()
      const headers = { 'idempotency-key': crypto.randomUUID() }
      // What is lost is made up by the next key or click.
      fetch(paths.stillHere(), { method: 'POST', headers }).catch(() => undefined)
    }
    const signs = ['pointerdown', 'keydown'] as const
    for (const sign of signs) document.addEventListener(sign, say, { passive: true })
    return () => {
      for (const sign of signs) document.removeEventListener(sign, say)
    }
  }, [])
  return null
}
