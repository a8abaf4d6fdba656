'use client'
import { LoaderCircle } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from './Button.tsx'

export interface OlderProps {
  readonly more: boolean
  readonly loading: boolean
  /** How many are on the page. */
  readonly shown: number
  /** What they are called: `entries`. */
  readonly noun: string
  /** What stands at the end. */
  readonly end: string
  readonly onMore: () => void
}

/** Reads the page before as it comes near, and by its button for whoever does not scroll. */
export function Older({ more, loading, shown, noun, end, onMore }: OlderProps) {
  const mark = useRef<HTMLDivElement>(null)
  const ready = more && !loading
  useEffect(() => {
    const element = mark.current
    if (!element || !ready) return
    const observer = new IntersectionObserver(
      (seen) => seen.some((each) => each.isIntersecting) && onMore(),
      {
        rootMargin: '400px',
      },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [ready, onMore])

  return (
    <div ref={mark} className="mt-4 flex h-9 items-center justify-center">
      {more ? (
        <Button variant="ghost" aria-disabled={loading} onClick={() => ready && onMore()}>
          {loading && <LoaderCircle aria-hidden className="animate-spin" />}
          {loading ? `Reading older ${noun}…` : `Older ${noun}`}
        </Button>
      ) : (
        shown > 0 && <span className="text-sm text-ink-3">{end}</span>
      )}
    </div>
  )
}
