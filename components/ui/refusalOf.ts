import type { Refusal } from '#lib/actions/refusal.ts'

const known: readonly Refusal['code'][] = [
  'bad_input',
  'forbidden',
  'step_up',
  'approval_needed',
  'missing',
  'exists',
  'not_now',
  'stale',
  'locked',
  'not_started',
  'rollback_window_over',
  'no_rollback_plan',
]

/** Why a route did not do it, from its problem details; null when it was done. */
export async function refusalOf(answer: Response): Promise<Refusal | null> {
  if (answer.ok) return null
  const said: unknown = await answer.json().catch(() => null)
  const problem =
    typeof said === 'object' && said !== null ? (said as { type?: unknown; detail?: unknown }) : {}
  const code = known.find((each) => problem.type === `urn:switchback:problem:${each}`) ?? 'not_now'
  const because = typeof problem.detail === 'string' ? problem.detail : `Switchback answered ${answer.status}`
  return { code, because }
}
