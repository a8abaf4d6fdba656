'use client'
import { useEffect, useRef } from 'react'
import { paths } from '#lib/paths.ts'
import { enterByProvider } from './enter.ts'
import { stepUpChannel } from './stepUpChannel.ts'

/** In a window of its own: goes to the provider, and back here tells the page that waits who came back. */
export function AgainAtProvider({ personId, done }: { personId: string; done: boolean }) {
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    if (!done) {
      void enterByProvider(`${paths.signInAgain()}?done=1`, true)
      return
    }
    const channel = new BroadcastChannel(stepUpChannel)
    channel.postMessage(personId)
    channel.close()
    window.close()
  }, [done, personId])
  return <p className="text-ink-2">{done ? 'Done. You can close this window.' : 'Going to your provider…'}</p>
}
