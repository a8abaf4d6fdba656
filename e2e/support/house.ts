import type { House } from '#lib/testing/screens.ts'
import { call, postWell, rolloutNow, startRollout } from './machine.ts'

/** A live rollout with runs of both versions, a stopped one with its incident: what the screens need to have something on them. */
export async function aHouse(name: string): Promise<House> {
  const moving = `${name}-moving`
  const stopped = `${name}-stopped`
  const rollout = await startRollout(stopped)
  await call('POST', `/rollouts/${rollout}/rollback`, { reason: 'to be looked at' })
  await call('POST', `/agents/${stopped}/capabilities/writes`, { state: 'deny' })
  const incident = String((await rolloutNow(rollout))['incident'])
  const live = await startRollout(moving)
  await postWell(moving)
  return {
    moving: { agent: moving, rollout: live },
    stopped: { agent: stopped, rollout, incident },
  }
}
