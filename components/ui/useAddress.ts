'use client'
import { createParser, type SingleParserBuilder, type UseQueryStatesOptions, useQueryStates } from 'nuqs'
import type { Definitions, Wishes } from '#lib/address/readAddress.ts'

type Parsers<D extends Definitions> = {
  readonly [Key in keyof D]: SingleParserBuilder<NonNullable<ReturnType<D[Key]>>>
}

const made = new WeakMap<Definitions, unknown>()

/** What the address asks for, and how to ask for something else. Null asks for nothing. */
export function useAddress<D extends Definitions>(
  definitions: D,
  options: Partial<UseQueryStatesOptions<Parsers<D>>>,
): readonly [Wishes<D>, (next: Partial<Wishes<D>> | null) => void] {
  const parsers = (made.get(definitions) ?? parsersOf(definitions)) as Parsers<D>
  made.set(definitions, parsers)
  const [wishes, setWishes] = useQueryStates(parsers, options)
  return [wishes as Wishes<D>, (next) => void setWishes(next as Parameters<typeof setWishes>[0])]
}

function parsersOf(definitions: Definitions): Record<string, SingleParserBuilder<string>> {
  return Object.fromEntries(
    Object.entries(definitions).map(([key, parse]) => [key, createParser({ parse, serialize: String })]),
  )
}
