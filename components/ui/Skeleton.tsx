import { clsx } from 'clsx'

/** Holds the place of what is coming. Give it the size of that. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx('animate-pulse rounded-md bg-line', className)} />
}
