import type { Phase } from '#lib/domain/rollout.ts'
import { problem } from '#lib/services/problem.ts'
import { startRollout } from '#lib/services/rollout/start.ts'
import { findRolloutStatus } from '#lib/views/rolloutStatus.ts'
import { machineDoor, readJson, readText, sendJson, sendOutcome, sendProblem } from '../../../../door.ts'

const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']

export const POST = machineDoor<{ agent: string }>(
  'deploy',
  async ({ request, actor, params, idempotencyKey }) => {
    const document = await readDocument(request)
    if (!document.ok) return document.answer
    const outcome = await startRollout(
      { agent: params.agent, document: document.value },
      actor,
      idempotencyKey,
    )
    return await sendOutcome(outcome, async ({ rolloutId, notes }) => {
      const status = await findRolloutStatus(rolloutId)
      // A key that is used again once the rollout is over started nothing: it is told how that one ended.
      return sendJson({ ...status, notes }, status && isOver(status.phase) ? 200 : 201)
    })
  },
)

function isOver(phase: Phase): boolean {
  return phase === 'completed' || phase === 'rolled_back'
}

async function readDocument(
  request: Request,
): Promise<{ ok: true; value: { yaml: string } | { json: unknown } } | { ok: false; answer: Response }> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (yamlTypes.includes(type)) {
    const read = await readText(request)
    return read.ok ? { ok: true, value: { yaml: read.text } } : read
  }
  if (type === 'application/json') {
    const read = await readJson(request)
    return read.ok ? { ok: true, value: { json: read.value } } : read
  }
  const error = {
    path: 'Content-Type',
    given: type || null,
    expected: 'application/yaml or application/json',
  }
  return {
    ok: false,
    answer: sendProblem(problem('unsupported_media_type', 'A rollout is YAML or JSON', [error])),
  }
}
