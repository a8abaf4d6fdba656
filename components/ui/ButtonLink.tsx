import { clsx } from 'clsx'
import Link from 'next/link'
import type { ComponentProps } from 'react'
import { buttonClass, type ButtonLook } from './Button.tsx'

/** A link that looks like a button: it goes somewhere, and does nothing. */
export function ButtonLink({ variant, size, className, ...rest }: ComponentProps<typeof Link> & ButtonLook) {
  return <Link {...rest} className={clsx(buttonClass({ variant, size }), className)} />
}
