import { expect, test } from 'vitest'
import { absenceNotes, type Carried, type Limited } from './absence.ts'

const all: Carried = {
  runs: 400,
  isAll: true,
  priced: 400,
  calledTool: 400,
  inConversation: 400,
  tools: { refund: 3 },
  attributes: { 'app.escalated': 4 },
  scores: { helpful: 12, feedback: 2 },
}
const policy: Limited = {
  triggers: [
    { metric: 'error_rate', limit: 0.05, action: 'rollback' },
    { metric: 'tool_failure_rate', limit: 0.03, action: 'rollback' },
    { metric: 'cost_per_run_usd', limit: 0.08, action: 'approval' },
  ],
  scores: [{ name: 'helpful' }],
  feedback: { max: 0.2 },
  tools: [{ name: 'refund' }],
  shares: [{ name: 'escalated', attribute: 'app.escalated' }],
}
const notes = (carried: Partial<Carried>, of: Limited = policy) =>
  absenceNotes('support-agent', of, { ...all, ...carried })

test('nothing is said where every limit has data', () => {
  expect(notes({})).toEqual([])
})

test('a cost limit without a cost is told with what to do', () => {
  expect(notes({ priced: 0 })).toEqual([
    'no run of support-agent has carried a cost in the last day; add prices or drop the limit',
  ])
})

test('every kind of limit is told, in order', () => {
  const none = { priced: 0, calledTool: 0, tools: {}, attributes: {}, scores: {} }
  expect(notes(none).map((note) => note.split(';')[0])).toEqual([
    'no run of support-agent has called a tool in the last day',
    'no run of support-agent has carried a cost in the last day',
    'no run of support-agent has had the score helpful in the last day',
    'no run of support-agent has had feedback in the last day',
    'no run of support-agent has called the tool refund in the last day',
    'no run of support-agent has carried the attribute app.escalated in the last day',
  ])
})

test('what is not limited is not missed', () => {
  const none = { priced: 0, calledTool: 0, tools: {}, attributes: {}, scores: {} }
  expect(notes(none, { triggers: [{ metric: 'error_rate', limit: 0.05, action: 'rollback' }] })).toEqual([])
  expect(notes({ scores: {} }, { triggers: [], scores: [], feedback: null })).toEqual([])
})

test('scores and attributes are not missed where nobody can know of them', () => {
  expect(notes({ scores: null, attributes: null })).toEqual([])
})

test('of more runs than are looked at, only those that were looked at are spoken of', () => {
  expect(notes({ runs: 1000, isAll: false, priced: 0, inConversation: 1000 })).toEqual([
    'none of the newest 1,000 runs of support-agent has carried a cost; add prices or drop the limit',
  ])
})

test('a cost on few runs is told, a tool that few runs need is not', () => {
  expect(notes({ priced: 3, calledTool: 3 })).toEqual([
    'only 3 of 400 runs of the last day of support-agent have carried a cost; add prices or drop the limit',
  ])
})

test('runs without a conversation are told where they are more than a few', () => {
  expect(notes({ inConversation: 390 })).toEqual([])
  expect(notes({ inConversation: 100 })).toEqual([
    '300 of 400 runs of the last day of support-agent came without a conversation; add gen_ai.conversation.id to the span of the run',
  ])
  expect(notes({ runs: 1, priced: 1, inConversation: 0 })).toHaveLength(1)
})

test('an agent without runs is told nothing of its data', () => {
  expect(notes({ runs: 0, priced: 0, calledTool: 0, inConversation: 0 })).toEqual([])
})
