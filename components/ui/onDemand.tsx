'use client'
import { type ComponentType, lazy, Suspense, useState } from 'react'

/**
 * A part that is not in the first load, and how to fetch it before it is wanted. Once fetched it is drawn with the press
 * that asks for it; React alone would keep it back for a third of a second, behind the nothing that stood in its place.
 */
export function onDemand<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): readonly [Part: ComponentType<Props>, prepare: () => void] {
  let fetched: ComponentType<Props> | null = null
  const fetchPart = async () => (fetched ??= await load())
  const Fetching = lazy(async () => ({ default: await fetchPart() }))

  function Part(props: Props) {
    // The same for as long as it stands there, so that it keeps its state.
    const [Drawn] = useState(() => fetched ?? Fetching)
    return (
      <Suspense>
        <Drawn {...props} />
      </Suspense>
    )
  }
  // What fails to come is asked for again when it is wanted.
  return [Part, () => void fetchPart().catch(() => undefined)]
}
