import { describe, expect, test } from 'vitest'
import { traceLink, traceUrlFault } from './traceUrl.ts'

const run = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  agent: 'support-agent',
  version: '2.4.0',
}

describe('a template', () => {
  test.each([
    'https://traces.example/trace/{trace_id}?span={span_id}',
    'http://localhost:16686/trace/{trace_id}',
    'https://g.example/explore?left=%7B%22query%22:%22{trace_id}%22%7D',
    'https://t.example/#/{agent}/{version}/{trace_id}',
    'https://[::1]:3000/{trace_id}',
  ])('%s is in order', (template) => {
    expect(traceUrlFault(template)).toBeNull()
  })

  test.each([
    ['', 'an address that begins'],
    ['/trace/{trace_id}', 'an address that begins'],
    ['javascript:alert({trace_id})', 'an address that begins'],
    ['JavaScript://x/%0aalert({trace_id})', 'an address that begins'],
    ['data:text/html,{trace_id}', 'an address that begins'],
    ['ftp://t.example/{trace_id}', 'an address that begins'],
    ['https://t.example/ {trace_id}', 'an address that begins'],
    ['java\nscript:alert({trace_id})', 'an address that begins'],
    ['https://t.example/trace', '{trace_id} somewhere'],
    ['https://t.example/{traceId}', '{traceId} is none'],
    ['https://t.example/{trace_id}/{}', '{} is none'],
    ['https://t.example/{trace_id}?q={"a":1}', '{"a":1} is none'],
    ['https://t.example/{trace_id}?q={', '%7B'],
    ['https://t.example/{{trace_id}}', '%7B'],
    ['https://{agent}.example/{trace_id}', 'behind the host'],
    ['https://t.example:{version}/{trace_id}', 'an address that begins'],
    ['https:\\\\{agent}\\{trace_id}', 'behind the host'],
    ['https://me:secret@t.example/{trace_id}', 'no name or password'],
    [`https://t.example/${'a'.repeat(2000)}{trace_id}`, 'at most 2000'],
  ])('%o is refused with what was expected', (template, expected) => {
    expect(traceUrlFault(template)).toContain(expected)
  })
})

describe('a link', () => {
  test('has the run in place of the placeholders, as often as they stand there', () => {
    const template = 'https://t.example/{trace_id}?span={span_id}&again={trace_id}&of={agent}@{version}'
    expect(traceLink(template, run)).toBe(
      `https://t.example/${run.traceId}?span=${run.spanId}&again=${run.traceId}&of=support-agent@2.4.0`,
    )
  })

  test('leads to the same host whatever an agent is called', () => {
    const link = traceLink('https://t.example/{agent}/{trace_id}?v={version}', {
      ...run,
      agent: '../..//evil.example/$& {trace_id}',
      version: '1&x=y#z',
    })
    expect(new URL(link).origin).toBe('https://t.example')
    expect(new URL(link).searchParams.get('v')).toBe('1&x=y#z')
    expect(link).toContain('%7Btrace_id%7D')
  })

  test('says nothing where the version is not known', () => {
    expect(traceLink('https://t.example/{trace_id}?v={version}', { ...run, version: null })).toMatch(/\?v=$/)
  })
})
