import { expect, test } from 'vitest'
import { genkitUsage } from './genkitUsage.ts'

test('the tokens of an answer are read, and nothing of what it says', () => {
  const answer = { message: { text: 'secret' }, usage: { inputTokens: 11, outputTokens: 7, totalTokens: 18 } }
  expect(genkitUsage(JSON.stringify(answer))).toEqual([
    ['gen_ai.usage.input_tokens', 11],
    ['gen_ai.usage.output_tokens', 7],
  ])
})

test.each([
  ['no JSON', 'not "usage" JSON'],
  ['the answer of a tool', '"shipped"'],
  ['null', 'null'],
  ['usage that is no object', '{"usage":5}'],
  ['usage that is text', '{"usage":{"inputTokens":"a secret"}}'],
  ['usage that somebody wrote about', '{"message":"\\"usage\\":{\\"inputTokens\\":99}"}'],
  ['usage that a tool was given', '{"message":{"input":{"usage":{"inputTokens":99}}}}'],
])('%s tells no tokens', (_, output) => {
  expect(genkitUsage(output)).toEqual([])
})
