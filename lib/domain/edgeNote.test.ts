import { expect, test } from 'vitest'
import { after, noon } from '#lib/testing/builders.ts'
import { type EdgeNote, edgeNoteKinds, hindrances, noted, noteWords } from './edgeNote.ts'

const aNote = (changes: Partial<EdgeNote> = {}): EdgeNote => ({
  kind: 'token_unknown',
  agent: null,
  detail: '',
  count: 1,
  lastAt: noon,
  ...changes,
})
const about = { agent: 'support-agent', lastRunAt: null, seesAll: true }

test('the same thing again is counted, and the newest of it is told', () => {
  const twice = noted([aNote({ detail: 'old' })], aNote({ detail: 'new', lastAt: after(5) }))
  expect(twice).toEqual([aNote({ detail: 'new', count: 2, lastAt: after(5) })])
  expect(noted(twice, aNote({ kind: 'agent_unknown', agent: 'x' }))).toHaveLength(2)
})

test('what came before the newest run that was counted no longer hinders', () => {
  const notes = [aNote(), aNote({ kind: 'no_run', lastAt: after(20) })]
  expect(hindrances(notes, about)).toEqual([notes[1], notes[0]])
  expect(hindrances(notes, { ...about, lastRunAt: after(10) })).toEqual([notes[1]])
  expect(hindrances(notes, { ...about, lastRunAt: after(30) })).toEqual([])
})

test('the name of another agent is told only to whoever may see every agent', () => {
  const other = aNote({ kind: 'agent_unknown', agent: 'secret-agent' })
  const own = aNote({ kind: 'agent_foreign', agent: 'support-agent' })
  expect(hindrances([other, own], about)).toEqual([other, own])
  expect(hindrances([other, own], { ...about, seesAll: false })).toEqual([own])
})

test('asking for a version hinders nothing', () => {
  expect(hindrances([aNote({ kind: 'asked', agent: 'support-agent' })], about)).toEqual([])
})

test('each kind is told in a sentence that ends', () => {
  for (const kind of edgeNoteKinds) {
    expect(noteWords({ kind, agent: 'x', detail: 'it lacks telemetry' }, 'support-agent')).toMatch(/\.$/)
  }
})
