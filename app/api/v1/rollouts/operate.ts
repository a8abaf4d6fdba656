import type { Command } from '#lib/services/command.ts'
import { findRolloutStatus } from '#lib/views/rolloutStatus.ts'
import { machineDoor, readJson, sendJson, sendOutcome } from '../../door.ts'

/** A door that operates a rollout: the command with what the caller gave, answered with the rollout as it stands then. */
export function operateDoor<Value extends object>(command: Command<Value>) {
  return machineDoor<{ id: string }>('operate', async ({ request, actor, params, idempotencyKey }) => {
    const body = await readJson(request)
    if (!body.ok) return body.answer
    const outcome = await command({ ...body.value, rolloutId: params.id }, actor, idempotencyKey)
    return await sendOutcome(outcome, async (value) => {
      const said = 'alreadyRolledBack' in value ? { alreadyRolledBack: value.alreadyRolledBack } : {}
      return sendJson({ ...(await findRolloutStatus(params.id)), ...said })
    })
  })
}
