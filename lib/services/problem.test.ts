import { expect, test } from 'vitest'
import { z } from 'zod'
import { refusalCodes } from './outcome.ts'
import { problem, problemKinds, problemStatus, problemType, zodErrors } from './problem.ts'

function errorsOf(schema: z.ZodType, given: unknown) {
  const parsed = schema.safeParse(given)
  return parsed.success ? [] : zodErrors(parsed.error, given)
}

test('every refusal of a command has a problem of its own', () => {
  expect(problemKinds).toEqual(expect.arrayContaining([...refusalCodes]))
})

test('a problem carries its stable type, its status, and what was wrong this time', () => {
  expect(problem('stale', 'Look again')).toEqual({
    type: 'urn:switchback:problem:stale',
    title: 'The world moved since it was looked at',
    status: 409,
    detail: 'Look again',
  })
})

test('no two kinds share a type, and every status is an error', () => {
  expect(new Set(problemKinds.map(problemType)).size).toBe(problemKinds.length)
  for (const kind of problemKinds) expect(problemStatus(kind)).toBeGreaterThanOrEqual(400)
})

test('a fault names its path, what was given and what was expected', () => {
  const schema = z.strictObject({
    reason: z.string().min(3),
    list: z.array(z.strictObject({ 'a.b': z.int() })),
    mode: z.enum(['x', 'y']),
    rate: z.number().gt(0).lte(1),
    name: z.string().regex(/^a/, 'a name that begins with a'),
  })
  const given = { reason: 'no', list: [{ 'a.b': 1.5 }], mode: 'z', rate: 5, name: 'b', extra: [1, 2] }
  expect(errorsOf(schema, given)).toEqual([
    { path: 'reason', given: 'no', expected: 'at least 3 characters' },
    { path: 'list[0]["a.b"]', given: 1.5, expected: 'a whole number' },
    { path: 'mode', given: 'z', expected: 'one of x, y' },
    { path: 'rate', given: 5, expected: 'at most 1' },
    { path: 'name', given: 'b', expected: 'a name that begins with a' },
    { path: 'extra', given: 'a list of 2', expected: 'nothing: there is no such key' },
  ])
})

test('what is missing was given as null, and the whole has a path too', () => {
  expect(errorsOf(z.strictObject({ a: z.string() }), {})).toEqual([
    { path: 'a', given: null, expected: 'text' },
  ])
  expect(errorsOf(z.strictObject({}), 'x')).toEqual([
    { path: '(document)', given: 'x', expected: 'an object with keys' },
  ])
})

test('of a choice of shapes, the fault is told of the shape that was meant', () => {
  const schema = z.strictObject({ limit: z.union([z.number(), z.strictObject({ value: z.number() })]) })
  expect(errorsOf(schema, { limit: { value: 'x' } })).toEqual([
    { path: 'limit.value', given: 'x', expected: 'a number' },
  ])
})

test('a secret is not sent back', () => {
  const schema = z.strictObject({ password: z.string().min(100) })
  expect(JSON.stringify(errorsOf(schema, { password: 'hunter2' }))).not.toContain('hunter2')
})

test('long text is cut and the list of faults is short', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, 'x'.repeat(1000)]))
  const errors = errorsOf(z.strictObject({}), many)
  expect(errors).toHaveLength(20)
  expect(String(errors[0]?.given).length).toBeLessThanOrEqual(201)
})
