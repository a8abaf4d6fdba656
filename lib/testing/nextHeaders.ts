import { AsyncLocalStorage } from 'node:async_hooks'

/** Stands in for `next/headers` in tests: the headers and cookies of the request that is being played. */

const playing = new AsyncLocalStorage<Headers>()

/** Does the work as Next does it for a request with these headers. */
export function asRequest<T>(given: Headers, work: () => Promise<T>): Promise<T> {
  return playing.run(given, work)
}

export async function headers(): Promise<Headers> {
  return playing.getStore() ?? new Headers()
}

export async function cookies(): Promise<{ get(name: string): { value: string } | undefined }> {
  const text = (await headers()).get('cookie') ?? ''
  const pairs = text.split('; ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair] as const)
  const jar = new Map(pairs.map(([name, pair]) => [name, { value: pair.slice(name.length + 1) }]))
  return { get: (name) => jar.get(name) }
}
