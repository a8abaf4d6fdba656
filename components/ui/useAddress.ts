'use client'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useOptimistic, useTransition } from 'react'
import { type Definitions, readAddress, type Wishes } from '#lib/address/readAddress.ts'
import { withQuery } from '#lib/paths.ts'

export interface Address<D extends Definitions> {
  /** What is asked for; what was just chosen counts at once. */
  readonly wishes: Wishes<D>
  /** Asks for something else under some names, and for the same under the others; null for nothing at all. */
  setWishes(next: Partial<Wishes<D>> | null): void
  /** Whether the answer to what was just chosen is still on its way. */
  readonly pending: boolean
}

/**
 * What the address asks for, and how to ask for something else. What only changes the look of what is there takes the
 * place of the address before; what the server has to answer goes into the history.
 */
export function useAddress<D extends Definitions>(
  definitions: D,
  answeredBy: 'browser' | 'server',
): Address<D> {
  const path = usePathname()
  const router = useRouter()
  const [pending, startTransition] = useTransition()
  const wishesIn = (query: URLSearchParams) => readAddress(definitions, Object.fromEntries(query)).wishes
  const [wishes, showAtOnce] = useOptimistic(wishesIn(useSearchParams()))
  const setWishes = (next: Partial<Wishes<D>> | null) => {
    const query = withQuery('', next === null ? {} : { ...wishes, ...next })
    const address = path + query
    startTransition(() => {
      showAtOnce(wishesIn(new URLSearchParams(query)))
      if (answeredBy === 'server') router.push(address, { scroll: false })
      else window.history.replaceState(null, '', address)
    })
  }
  return { wishes, setWishes, pending }
}
