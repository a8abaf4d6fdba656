'use client'
import { clsx } from 'clsx'
import { type ComponentProps, useEffect } from 'react'

/**
 * What lies between a dialog and the page: nothing behind it is pressed or scrolled. Radix's own overlay sets a property
 * on the body that every element inherits, which styles the whole page anew before the dialog is seen.
 */
export function Scrim({ className, ...rest }: ComponentProps<'div'>) {
  useEffect(() => {
    const { style, clientWidth } = document.documentElement
    // Where the scrollbar takes room of the page, that room is kept: nothing moves.
    if (innerWidth > clientWidth) style.scrollbarGutter = 'stable'
    style.overflow = 'hidden'
    return () => {
      style.overflow = ''
      style.scrollbarGutter = ''
    }
  }, [])
  return <div {...rest} aria-hidden className={clsx('fixed inset-0 z-40 bg-scrim', className)} />
}
