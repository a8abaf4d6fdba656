import { expect, test } from 'vitest'
import { alertMessage } from '#lib/domain/alert.ts'
import { alertFacts } from '#lib/testing/alertFacts.ts'
import { offMessenger } from './off.ts'

test('without a messenger nothing counts as sent, and every answer says why', async () => {
  const off = offMessenger()
  const message = alertMessage('rollback_triggered', alertFacts())
  const refused = { ok: false, retry: false, reason: expect.stringContaining('no bot token') }
  const sending = { deliveryId: 'dl_1', channel: 'releases', message, threadOf: null, inDoubtSince: null }
  expect(await off.send(sending)).toEqual(refused)
  expect(await off.update({ channel: 'releases', ts: '1' }, message)).toEqual(refused)
  expect(await off.check()).toEqual(refused)
})
