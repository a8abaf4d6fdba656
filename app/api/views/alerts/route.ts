import { mayForAll } from '#lib/domain/actor.ts'
import { readAlerts } from '#lib/views/alerts.ts'
import { answerView } from '../answerView.ts'

export async function GET(request: Request): Promise<Response> {
  const before = new URL(request.url).searchParams.get('before')
  return await answerView({ capability: 'alerts.edit' }, async (actor) =>
    mayForAll(actor, 'alerts.edit') ? await readAlerts(before) : null,
  )
}
