import { readApprovals } from '#lib/views/approvals.ts'
import { answerView } from '../answerView.ts'

export async function GET(): Promise<Response> {
  return await answerView({}, (actor, now) => readApprovals(actor, now))
}
