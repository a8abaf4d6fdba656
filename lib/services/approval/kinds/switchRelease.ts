import { everyAgent, switchWords } from '#lib/domain/killSwitch.ts'
import { refuse } from '../../outcome.ts'
import { releaseSwitch } from '../../switch/release.ts'
import { switchAgent, switchSubject, type SwitchSubject } from '../../switch/subject.ts'
import { approvalKind } from '../kind.ts'

/** Releasing a kill switch: what it forbids is allowed again. */
export const switchReleaseKind = approvalKind<SwitchSubject>({
  input: switchSubject,
  askCapability: 'switch.release',
  stepUp: true,
  agent: async (tx, input) =>
    input.agent === everyAgent ? everyAgent : ((await switchAgent(tx, input)) ?? null),
  async seen(tx, { agent, name }) {
    const row = await tx.capabilityState.findUnique({ where: { agent_name: { agent, name } } })
    const words = switchWords({ agent, name })
    if (row?.state !== 'deny') return refuse('not_now', `There is no deny to release: ${words}`)
    const by = (row.setBy as { name: string }).name
    const wider = await tx.capabilityState.findUnique({ where: { agent_name: { agent: everyAgent, name } } })
    const stays = agent !== everyAgent && wider?.state === 'deny'
    return {
      subject: `${agent}:${name}`,
      ...(row.incidentId ? { incidentId: row.incidentId } : {}),
      title: `Allow ${words} again`,
      state: {
        revision: Number(row.sinceRev),
        by,
        incident: row.incidentId,
        until: row.until?.toISOString() ?? null,
      },
      evidence: [
        `Denied by ${by} since ${row.setAt.toISOString().slice(0, 19).replace('T', ' ')} UTC: ${row.reason}`,
        ...(row.incidentId ? ['Engaged for a rollback whose recovery is not proven yet'] : []),
        ...(stays ? [`It stays denied by the switch on ${switchWords({ agent: everyAgent, name })}`] : []),
      ],
      before: `${words}: denied`,
      after: stays ? `${words}: still denied, for every agent` : `${words}: allowed`,
    }
  },
  execute: (tx, input, context) => releaseSwitch(tx, input, context.approval.reason, context),
})
