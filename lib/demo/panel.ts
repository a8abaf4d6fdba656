/** The panel's API, as a pipeline calls it. */
export interface Panel {
  /** Resolves with the answer's JSON; throws a `PanelRefusal`, with the panel's own words, when it refuses. */
  call(method: 'GET' | 'PUT' | 'POST', path: string, body?: PanelBody): Promise<unknown>
}

export type PanelBody = { readonly json: unknown } | { readonly yaml: string }

/** The panel said no; `kind` is the last word of the problem's type, such as `approval_needed`. */
export class PanelRefusal extends Error {
  readonly kind: string | null
  constructor(message: string, kind: string | null) {
    super(message)
    this.kind = kind
  }
}

const patienceMs = 15_000

export function panelAt(panelUrl: string, token: string): Panel {
  return {
    async call(method, path, body) {
      const answer = await fetch(`${panelUrl}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': typeOf(body) } : {}) },
        ...(body ? { body: 'yaml' in body ? body.yaml : JSON.stringify(body.json) } : {}),
        signal: AbortSignal.timeout(patienceMs),
      }).catch((error: unknown) => {
        throw new Error(`The panel does not answer at ${panelUrl}; does npm start run?`, { cause: error })
      })
      const said: unknown = await answer.json().catch(() => null)
      if (!answer.ok) {
        throw new PanelRefusal(`${method} ${path}: ${answer.status}, ${detailOf(said)}`, kindOf(said))
      }
      return said
    },
  }
}

const typeOf = (body: PanelBody) => ('yaml' in body ? 'application/yaml' : 'application/json')

function kindOf(said: unknown): string | null {
  const isProblem = typeof said === 'object' && said !== null && 'type' in said
  return isProblem ? (String(said.type).split(':').at(-1) ?? null) : null
}

function detailOf(said: unknown): string {
  const isProblem = typeof said === 'object' && said !== null && 'detail' in said
  return isProblem ? String(said.detail) : 'without a word'
}
