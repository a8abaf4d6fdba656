import { paths } from '#lib/paths.ts'

/** A view could not be read. `status` is the answer's, 0 when there was none. */
export class ViewError extends Error {
  readonly status: number
  constructor(status: number) {
    super(status === 0 ? 'Switchback did not answer' : `Switchback answered ${status}`)
    this.status = status
  }
}

/** Reads a view again. Who is no longer signed in is sent to sign in, and comes back here. */
export async function readView<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(path, { headers: { accept: 'application/json' }, signal: signal ?? null }).catch(
    (error: unknown) => {
      if (signal?.aborted) throw error
      throw new ViewError(0)
    },
  )
  if (answer.status === 401) {
    globalThis.location.assign(paths.signIn(globalThis.location.pathname + globalThis.location.search))
  }
  if (!answer.ok) throw new ViewError(answer.status)
  return (await answer.json()) as T
}
