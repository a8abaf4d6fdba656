'use client'
import { type ComponentType, Suspense, useState } from 'react'
import { latePart } from './latePart.tsx'
import { NotLoaded } from './NotLoaded.tsx'

/**
 * A part that is not in the first load, and how to fetch it before it is wanted. Once fetched it is drawn with the press
 * that asks for it; React alone would keep it back for a third of a second, behind the nothing that stood in its place.
 * `Instead` stands there where its scripts do not come; they are asked for again at the next press. `Meanwhile` stands there
 * while they are on their way: nothing, unless it takes the place of something.
 */
export function onDemand<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Instead: ComponentType<Props> = NotLoaded,
  Meanwhile: ComponentType<Props> | null = null,
): readonly [Part: ComponentType<Props>, prepare: () => void] {
  let fetched: ComponentType<Props> | null = null
  const fetchPart = async () => (fetched ??= await load())

  function Part(props: Props) {
    // The same for as long as it stands there, so that it keeps its state.
    const [Drawn] = useState(() => fetched ?? latePart(fetchPart, Instead))
    return (
      <Suspense fallback={Meanwhile && <Meanwhile {...props} />}>
        <Drawn {...props} />
      </Suspense>
    )
  }
  return [Part, () => void fetchPart().catch(() => undefined)]
}
