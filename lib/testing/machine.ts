import { readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { root } from '#lib/launcher/root.ts'

/** Calls the panel's routes as Next does, without Next: for the doors of machines, which need no session. */

export interface MachineAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown
}

export interface MachineRequest {
  readonly token?: string | undefined
  /** An object is sent as JSON. */
  readonly body?: string | Uint8Array<ArrayBuffer> | object
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the request, as a caller who goes away: for what answers with a stream. */
  readonly signal?: AbortSignal
}

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>

/** Asks a route of app/. `DATABASE_URL` has to be set before the first call. */
export async function ask(method: string, url: string, given: MachineRequest = {}): Promise<MachineAnswer> {
  const address = new URL(url, 'http://panel.test')
  const { file, params } = findRoute(address.pathname)
  const handlers = (await import(join(root, file))) as Record<string, Handler | undefined>
  const handler = handlers[method]
  if (!handler) throw new Error(`${file} has no ${method}`)

  const { token, body, headers, signal } = given
  const isObject = typeof body === 'object' && !(body instanceof Uint8Array)
  const request = new Request(address, {
    method,
    ...(signal ? { signal } : {}),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(isObject ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isObject ? JSON.stringify(body) : (body as string) }),
  })
  const answer = await handler(request, { params: Promise.resolve(params) })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: jsonOf(text) }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The route whose folders fit this path, and what its parameters are. A literal folder goes before a parameter. */
function findRoute(pathname: string): { file: string; params: Record<string, string> } {
  const given = pathname.split('/').slice(1)
  const found = routeFiles()
    .map((file) => ({ file, folders: file.split(sep).slice(1, -1) }))
    .filter(({ folders }) => folders.length === given.length)
    .filter(({ folders }) => folders.every((folder, at) => folder.startsWith('[') || folder === given[at]))
    .sort((a, b) => parameters(a.folders) - parameters(b.folders))[0]
  if (!found) throw new Error(`No route at ${pathname}`)
  const params = found.folders.flatMap((folder, at) =>
    folder.startsWith('[') ? [[folder.slice(1, -1), decodeURIComponent(given[at] ?? '')] as const] : [],
  )
  return { file: found.file, params: Object.fromEntries(params) }
}

const parameters = (folders: readonly string[]) => folders.filter((folder) => folder.startsWith('[')).length

function routeFiles(): string[] {
  return readdirSync(join(root, 'app/api'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(`${sep}route.ts`))
    .map((file) => join('app', 'api', file))
}
