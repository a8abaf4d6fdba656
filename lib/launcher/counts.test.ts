import { expect, test } from 'vitest'
import { countsOfPlaywright, countsOfVitest, sum, summaryLine } from './counts.ts'

test('the last line sums every suite, and names skipped tests only when there are any', () => {
  const unit = countsOfVitest({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 })
  const browser = countsOfPlaywright({ stats: { expected: 2, unexpected: 0, flaky: 1, skipped: 0 } })
  expect(summaryLine(sum([unit, browser]))).toBe('8 passed, 1 failed')
  const skipping = countsOfVitest({
    numPassedTests: 1,
    numFailedTests: 0,
    numPendingTests: 2,
    numTodoTests: 1,
  })
  expect(summaryLine(sum([skipping]))).toBe('1 passed, 0 failed, 3 skipped')
})

test('a report that is none is never counted as empty', () => {
  expect(() => countsOfVitest({})).toThrow('numPassedTests')
  expect(() => countsOfPlaywright(null)).toThrow('expected')
})
