import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { isContent } from '#lib/telemetry/content.ts'
import { genkitOutput } from '#lib/telemetry/genkitUsage.ts'
import { decodeTraces } from '#lib/telemetry/otlp.ts'
import { type RawValue, type Recording, recordings, replayed, spansIn } from './recording.ts'

const all = recordings()

/** What the program said to the model and got back, in every recording. */
const content = /PLAN |Done\.|shipped|"A-1"|"found"/

describe.each(all.map((recording) => [`${recording.framework} ${recording.situation}`, recording] as const))(
  'the recording %s',
  (_, recording) => {
    test('carries no content, no host and no path of a machine', () => {
      const text = textOf(recording)
      expect(text).not.toMatch(content)
      expect(text).not.toMatch(/127\.0\.0\.1|localhost|\/(root|home|tmp|usr)\//)
      const attributes = spansOf(recording).flatMap((span) => span.attributes ?? [])
      const others = attributes.filter(({ key, value }) => isContent(key) && !isUsageAlone(key, value))
      expect(others).toEqual([])
    })

    test('names its packages, is small, and every span of it can be read', () => {
      expect(Object.keys(recording.packages)).not.toEqual([])
      expect(statSync(fileOf(recording)).size).toBeLessThan(62_000)
      const startMs = Date.UTC(2030, 5, 1)
      const requests = replayed(recording, startMs)
      const decoded = requests.map(({ traces }) => decodeTraces(Buffer.from(JSON.stringify(traces)), 'json'))
      const spans = decoded.flatMap((each) => (each.ok ? each.spans : []))
      expect(decoded.flatMap((each) => (each.ok ? each.rejected : [each.problem]))).toEqual([])
      expect(spans.length).toBe(spansOf(recording).length)
      expect(spans.map(({ startNs }) => Number(startNs / 1_000_000n)).sort((a, b) => a - b)[0]).toBe(startMs)
    })
  },
)

/** Genkit tells the tokens in its output alone; nothing else of it is kept. */
function isUsageAlone(key: string, value: RawValue | undefined): boolean {
  if (key !== genkitOutput) return false
  const { usage, ...others } = JSON.parse(value?.stringValue ?? '{}') as { usage: object | null }
  const figures = Object.values(usage ?? {})
  return Object.keys(others).length === 0 && figures.every((figure) => typeof figure === 'number')
}

function spansOf({ requests }: Recording) {
  return requests.flatMap(({ traces }) => spansIn(traces))
}

function fileOf({ framework, situation }: Recording): string {
  return fileURLToPath(new URL(`recorded/${framework}/${situation}.json`, import.meta.url))
}

function textOf(recording: Recording): string {
  return readFileSync(fileOf(recording), 'utf8')
}
