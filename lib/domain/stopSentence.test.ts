import { expect, test } from 'vitest'
import { stopSentence } from './stopSentence.ts'

test('what a person wrote is told as theirs; what the policy found as it is', () => {
  expect(stopSentence({ because: 'it answers in French', person: 'Mira' })).toBe(
    'Mira: “it answers in French”',
  )
  expect(stopSentence({ because: 'Mira pulled the brake', person: 'Mira' })).toBe('Mira pulled the brake')
  expect(stopSentence({ because: '4 of 4 runs failed.', person: null })).toBe('4 of 4 runs failed.')
  expect(stopSentence({ because: null, person: null })).toBe('All traffic was put back.')
})
