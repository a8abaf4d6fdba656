import type { Scope } from '#lib/domain/actor.ts'
import type { EdgeGrant, Grants } from './grants.ts'
import type { EdgeNotes } from './notes.ts'

/** Whether somebody gets in, and else why not; every way in says it in its own protocol. */
export type Admission =
  | { readonly ok: true; readonly grant: EdgeGrant }
  | {
      readonly ok: false
      readonly why: 'unavailable' | 'unauthenticated' | 'forbidden' | 'overloaded'
      readonly detail: string
    }

/** Looks at what a request shows for the scope that it needs, and notes who was turned away. */
export async function admit(
  token: string | null,
  scope: Scope,
  { grants, notes }: { readonly grants: Grants; readonly notes: EdgeNotes },
): Promise<Admission> {
  const grant = token ? await grants.find(token) : null
  if (grant === 'unknown')
    return { ok: false, why: 'unavailable', detail: 'Tokens cannot be looked up right now' }
  if (!grant) {
    notes.add('token_unknown')
    const detail = 'A valid API token is needed: Authorization: Bearer …'
    return { ok: false, why: 'unauthenticated', detail }
  }
  if (!grant.scopes.includes(scope)) {
    notes.add('scope_missing', { detail: `it lacks ${scope}` })
    return { ok: false, why: 'forbidden', detail: `This token lacks the scope ${scope}` }
  }
  return { ok: true, grant }
}
