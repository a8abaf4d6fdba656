import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { decisionSnippets } from '#lib/snippets/decisions.ts'
import type { Snippet, SnippetSubject } from '#lib/snippets/snippet.ts'
import { traceSnippets } from '#lib/snippets/traces.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { anAgentIn, openInstallation } from '#lib/testing/installation.ts'
import { openSnippetProject, type SnippetProject } from '#lib/testing/snippetProject.ts'
import { aToken } from '#lib/testing/token.ts'

/** What the panel tells people to copy, run as they would run it, against a real edge. */

const run = promisify(execFile)

let house: TestDatabase
let edge: TestEdge
let project: SnippetProject
let subject: SnippetSubject

beforeAll(async () => {
  house = await openInstallation()
  await anAgentIn(house.db)
  const { token } = await aToken(house.db, ['telemetry', 'evaluate'], ['support-agent'])
  edge = await startTestEdge(house.url)
  await edge.hasTable()
  subject = { agent: 'support-agent', version: '2.3.3', edgeUrl: edge.url, token }
  project = openSnippetProject({ withSdk: true })
})
afterAll(async () => {
  await edge.stop()
  await house.drop()
  project.remove()
})

const traces = () => new Map(traceSnippets(subject).map((snippet) => [snippet.id, snippet]))
const decisions = () => new Map(decisionSnippets(subject).map((snippet) => [snippet.id, snippet]))

function required(snippet: Snippet | undefined): Snippet {
  if (!snippet) throw new Error('There is no such snippet')
  return snippet
}

async function runsNow(): Promise<{ version: string; failed: boolean; conversationId: string | null }[]> {
  return await house.db.run.findMany({
    where: { agent: 'support-agent' },
    select: { version: true, failed: true, conversationId: true },
  })
}

describe('a run that was sent by a snippet is counted as a run of the version it names', () => {
  test.each(['curl', 'node', 'ai-sdk'])('%s', async (id) => {
    const before = (await runsNow()).length
    const { code } = required(traces().get(id))
    if (id === 'curl') expect(await project.runShell(code)).not.toContain('rejectedSpans')
    else await project.runNode(id === 'ai-sdk' ? withModel(code) : code)
    const runs = await vi.waitFor(
      async () => {
        const all = await runsNow()
        expect(all).toHaveLength(before + 1)
        return all
      },
      { timeout: 60_000, interval: 50 },
    )
    expect(runs.every((each) => each.version === '2.3.3' && !each.failed)).toBe(true)
  })
})

/** The same program with a model that answers without a provider, in the line that says that the model is one's own. */
function withModel(code: string): string {
  const yours = /^( *model: ).*, \/\/ yours$/m
  expect(code).toMatch(yours)
  const answer = `{
    content: [{ type: 'text', text: 'It is on its way.' }],
    finishReason: { unified: 'stop' },
    usage: { inputTokens: { total: 12 }, outputTokens: { total: 5 } },
    warnings: [],
  }`
  return `import { MockLanguageModelV4 } from 'ai/test'
${code.replace(yours, `$1new MockLanguageModelV4({ doGenerate: async () => (${answer}) }),`)}`
}

describe('a snippet that asks is told the version that runs', () => {
  test('curl', async () => {
    expect(JSON.parse(await project.runShell(required(decisions().get('curl')).code))).toMatchObject({
      value: '2.3.3',
    })
  })

  test.each(['openfeature', 'sdk'])('%s', async (id) => {
    // Another version than what runs, so that its own fallback is no answer.
    subject = { ...subject, version: '0.0.1' }
    const said = await project.runNode(required(decisions().get(id)).code)
    subject = { ...subject, version: '2.3.3' }
    expect(said).toContain("version: '2.3.3'")
    expect(said).toContain('mayWrite: true')
  })
})

test('the Python snippets run where their packages are; elsewhere Python, where there is one, can read them', async () => {
  const python = (code: string) =>
    run('python3', ['-c', code]).then(
      ({ stdout }) => stdout,
      () => null,
    )
  if ((await python('')) === null) return
  for (const [snippet, needs] of [
    [traces().get('python'), 'opentelemetry.exporter.otlp.proto.http.trace_exporter'],
    [decisions().get('openfeature-python'), 'openfeature.contrib.provider.ofrep'],
  ] as const) {
    const file = join(project.folder, 'snippet.py')
    writeFileSync(file, required(snippet).code)
    const isThere = (await python(`import ${needs}`)) !== null
    await (isThere ? run('python3', [file]) : run('python3', ['-m', 'py_compile', file]))
  }
})

test('every snippet holds the address of the edge and the token', () => {
  for (const { code } of [...traces().values(), ...decisions().values()]) {
    expect(code).toContain(edge.url)
    expect(code).toContain(subject.token)
    expect(code).toContain('support-agent')
  }
})
