import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

/** Versions, digests, figures. */
export function Mono({ className, ...rest }: ComponentProps<'span'>) {
  return <span {...rest} className={clsx('mono', className)} />
}

/** `9f31…c07e`, with the whole digest on hover and for whoever copies it. */
export function Digest({ of }: { of: string }) {
  const hex = of.replace(/^sha256:/, '')
  return (
    <abbr title={of} className="mono whitespace-nowrap no-underline">
      {hex.slice(0, 4)}…{hex.slice(-4)}
    </abbr>
  )
}
