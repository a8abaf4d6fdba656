'use client'
import { useSyncExternalStore } from 'react'

/** Whether this browser listens to keys without ⌘ or Ctrl. Whoever speaks to their computer may not want it. */

const name = 'switchback-single-keys'
const changed = 'switchback:single-keys'

/** On, unless it was switched off here. */
export function singleKeysOn(): boolean {
  try {
    return globalThis.localStorage.getItem(name) !== 'off'
  } catch {
    return true
  }
}

export function setSingleKeys(on: boolean): void {
  try {
    globalThis.localStorage.setItem(name, on ? 'on' : 'off')
  } catch {
    // A browser that keeps nothing keeps them on.
  }
  globalThis.dispatchEvent(new Event(changed))
}

function subscribe(listener: () => void): () => void {
  globalThis.addEventListener(changed, listener)
  globalThis.addEventListener('storage', listener)
  return () => {
    globalThis.removeEventListener(changed, listener)
    globalThis.removeEventListener('storage', listener)
  }
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, singleKeysOn, () => true)
}
