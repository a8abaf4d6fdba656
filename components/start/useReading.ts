'use client'
import { useEffect, useState } from 'react'
import { type ReadDocument, readDocument } from '#lib/actions/rollout.ts'

const pauseMs = 350

/**
 * What the text is read as, a moment after the last key. With an agent it is read as the document of its next rollout.
 * Null before the first reading.
 */
export function useReading(text: string, agent?: string): ReadDocument | null {
  const [read, setRead] = useState<ReadDocument | null>(null)
  useEffect(() => {
    let dropped = false
    const look = async () => {
      const now = await readDocument({ yaml: text }, agent).catch(() => null)
      if (!dropped) setRead(now)
    }
    const timer = setTimeout(look, pauseMs)
    return () => {
      dropped = true
      clearTimeout(timer)
    }
  }, [text, agent])
  return read
}
