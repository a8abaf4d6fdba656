import { expect, test, vi } from 'vitest'
import type { Change } from '#lib/store/notices.ts'
import { type Follower, shareView } from './sharedView.ts'

/** A view whose readings are answered by hand. */
function aView(gatherMs = 0) {
  const readings: { changes: readonly Change[]; answer(text: string | null): void; fail(): void }[] = []
  let empty = 0
  const view = shareView({
    gatherMs,
    everyMs: null,
    isAbout: (change) => change.rollout === 'ro_1',
    onEmpty: () => (empty += 1),
    read: (changes) =>
      new Promise((resolve, reject) =>
        readings.push({ changes, answer: resolve, fail: () => reject(new Error('gone')) }),
      ),
  })
  return { view, readings, empty: () => empty }
}

function aFollower() {
  const seen: string[] = []
  const follower: Follower = { send: (text) => seen.push(text), onError: () => seen.push('error') }
  return { follower, seen }
}

const change: Change = { rollout: 'ro_1' }

test('a change is read once for all who follow, and only if the view is about it', async () => {
  const { view, readings } = aView()
  const [one, two] = [aFollower(), aFollower()]
  view.follow(one.follower)
  view.follow(two.follower)
  view.changed({ rollout: 'ro_2' })
  view.changed(change)
  await vi.waitFor(() => expect(readings).toHaveLength(1))
  readings[0]?.answer('stopped')
  await vi.waitFor(() => expect([one.seen, two.seen]).toEqual([['stopped'], ['stopped']]))
})

test('what changes while it is read is read once more, all of it together; the same again is not sent', async () => {
  const { view, readings } = aView()
  const { follower, seen } = aFollower()
  view.follow(follower)
  view.changed(change)
  await vi.waitFor(() => expect(readings).toHaveLength(1))
  for (let count = 0; count < 5; count += 1) view.changed(change)
  readings[0]?.answer('a')
  await vi.waitFor(() => expect(readings).toHaveLength(2))
  expect(readings[1]?.changes).toHaveLength(5)
  readings[1]?.answer('a')
  view.changed(change)
  await vi.waitFor(() => expect(readings).toHaveLength(3))
  readings[2]?.answer('b')
  await vi.waitFor(() => expect(seen).toEqual(['a', 'b']))
})

test('a view that cannot be read says so to all who follow, and is tried again at the next change', async () => {
  const { view, readings } = aView()
  const { follower, seen } = aFollower()
  view.follow(follower)
  view.changed(change)
  await vi.waitFor(() => expect(readings).toHaveLength(1))
  readings[0]?.fail()
  await vi.waitFor(() => expect(seen).toEqual(['error']))
  view.changed(change)
  await vi.waitFor(() => expect(readings).toHaveLength(2))
})

test('once nobody follows nothing is read, and that is told', async () => {
  const { view, readings, empty } = aView()
  const stop = view.follow(aFollower().follower)
  view.changed(change)
  stop()
  view.changed(change)
  expect(empty()).toBe(1)
  expect(readings).toHaveLength(0)
})
