import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/** Who may import whom (ARCHITECTURE.md). A folder that is not in the table may not exist. */

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a folder may import, besides itself and npm packages. */
const mayImport: Record<string, readonly string[]> = {
  app: [
    'components',
    'lib/address',
    'lib/actions',
    'lib/queries',
    'lib/views',
    'lib/auth',
    'lib/paths',
    'lib/domain',
  ],
  'app/api': ['lib/address', 'lib/services', 'lib/views', 'lib/auth', 'lib/paths', 'lib/domain'],
  components: [
    'lib/address',
    'lib/actions',
    'lib/queries',
    'lib/record',
    'lib/snippets',
    'lib/domain',
    'lib/paths',
    'lib/views',
  ],
  e2e: ['lib', 'sdk', 'e2e'],
  'lib/address': ['lib/domain'],
  sdk: ['lib/routing'],
  'lib/actions': ['lib/services', 'lib/auth', 'lib/domain', 'lib/paths', 'lib/views'],
  'lib/auth': ['lib/services', 'lib/domain', 'lib/paths', 'lib/env'],
  'lib/bench': ['lib', 'sdk'],
  'lib/cli': [
    'lib/services',
    'lib/store',
    'lib/record',
    'lib/domain',
    'lib/env',
    'lib/views',
    'lib/launcher',
  ],
  'lib/demo': ['sdk', 'lib/env', 'lib/log', 'lib/domain', 'lib/testing'],
  'lib/domain': [],
  'lib/drivers': ['lib/ports', 'lib/domain', 'lib/routing', 'lib/telemetry', 'lib/env'],
  'lib/edge': [
    'lib/services',
    'lib/views',
    'lib/store',
    'lib/routing',
    'lib/telemetry',
    'lib/domain',
    'lib/wiring',
    'lib/env',
    'lib/log',
  ],
  'lib/env': ['lib/domain'],
  'lib/guard': [
    'lib/services',
    'lib/views',
    'lib/store',
    'lib/ports',
    'lib/routing',
    'lib/telemetry',
    'lib/domain',
    'lib/wiring',
    'lib/env',
    'lib/log',
  ],
  'lib/launcher': ['lib/services', 'lib/store', 'lib/env', 'lib/log', 'lib/domain'],
  'lib/log': ['lib/env'],
  'lib/paths': [],
  'lib/ports': ['lib/domain'],
  'lib/queries': ['lib/paths', 'lib/domain', 'lib/views'],
  'lib/record': ['lib/domain'],
  'lib/routing': ['lib/domain'],
  'lib/services': ['lib/store', 'lib/ports', 'lib/wiring', 'lib/record', 'lib/domain', 'lib/paths'],
  'lib/snippets': ['lib/domain'],
  'lib/store': ['lib/domain', 'lib/env', 'lib/log'],
  'lib/telemetry': ['lib/domain'],
  'lib/testing': ['lib', 'sdk'],
  'lib/views': ['lib/domain', 'lib/store', 'lib/telemetry', 'lib/paths'],
  'lib/wiring': ['lib/drivers', 'lib/ports', 'lib/store', 'lib/env', 'lib/log', 'lib/domain'],
}

/** npm packages that only some folders may know. */
const onlyIn: Record<string, readonly string[]> = {
  '@prisma/client': ['lib/store'],
  '@prisma/adapter-pg': ['lib/store'],
  pg: ['lib/store', 'lib/launcher', 'lib/testing', 'lib/bench', 'e2e'],
  '@slack/web-api': ['lib/drivers'],
  'graphile-worker': ['lib/guard', 'lib/store'],
  next: ['app', 'app/api', 'components', 'lib/actions', 'lib/auth'],
  cmdk: ['components'],
  'next-auth': ['app/api', 'lib/auth', 'components'],
  react: ['app', 'components'],
  recharts: ['components'],
  zod: ['lib/services', 'lib/env', 'app/api', 'lib/cli', 'lib/views', 'app', 'lib/actions', 'lib/queries'],
}

interface Import {
  readonly file: string
  readonly target: string
  readonly typeOnly: boolean
}

const isTest = (file: string) => /\.test\.tsx?$/.test(file) || file.startsWith('lib/testing/')

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('/generated/') && !file.includes('node_modules/'))
}

const files = ['app', 'components', 'lib', 'sdk', 'e2e'].flatMap(sourceFiles)

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = [
    ...text.matchAll(
      /^\s*(import|export)\s+(type\s+)?[^'"`;]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|import\('([^']+)'\)/gm,
    ),
  ]
  return found.map((match) => ({
    file,
    target: resolveTarget(file, match[3] ?? match[4] ?? match[5] ?? ''),
    typeOnly: match[2] !== undefined,
  }))
}

function resolveTarget(file: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier))
  return `npm:${specifier}`
}

/** The room that a file is in: the longest name in the table that leads to it. */
function roomOf(path: string): string | null {
  const bare = path.replace(/(\.test)?\.(ts|tsx|mjs|js)$/, '')
  const rooms = Object.keys(mayImport).filter((room) => bare === room || bare.startsWith(`${room}/`))
  return rooms.sort((a, b) => b.length - a.length)[0] ?? null
}

function isAllowed({ file, target, typeOnly }: Import): boolean {
  const room = roomOf(file)
  if (!room) return false
  if (target.startsWith('npm:')) {
    const name = target.slice(4)
    const packageName = name.startsWith('@')
      ? name.split('/').slice(0, 2).join('/')
      : (name.split('/')[0] ?? name)
    const rooms = onlyIn[packageName]
    return rooms === undefined || rooms.includes(room) || isTest(file)
  }
  if (isTest(file)) return true
  if (target === room || target.startsWith(`${room}/`) || roomOf(target) === room) return true
  // Components may know the shape of a view, not call it.
  if (room === 'components' && target.startsWith('lib/views/')) return typeOnly
  return (mayImport[room] ?? []).some((allowed) => {
    const bare = target.replace(/\.(ts|tsx)$/, '')
    return bare === allowed || bare.startsWith(`${allowed}/`)
  })
}

const imports = files.flatMap(importsOf)

describe('architecture', () => {
  test('every file stands in a room of the table', () => {
    expect(files.filter((file) => roomOf(file) === null)).toEqual([])
  })

  test('no file imports what its room may not', () => {
    const broken = imports
      .filter((each) => !isAllowed(each))
      .map((each) => `${each.file} imports ${each.target}`)
    expect(broken).toEqual([])
  })

  test('the domain imports nothing but its neighbours', () => {
    const outside = imports.filter(
      ({ file, target }) =>
        file.startsWith('lib/domain/') && !isTest(file) && !target.startsWith('lib/domain/'),
    )
    expect(outside).toEqual([])
  })

  test('the domain asks neither the clock nor chance', () => {
    const asks = files
      .filter((file) => file.startsWith('lib/domain/') && !isTest(file))
      .filter((file) =>
        /Date\.now\(|new Date\(\)|Math\.random\(|\bawait\b|process\.env/.test(
          readFileSync(join(root, file), 'utf8'),
        ),
      )
    expect(asks).toEqual([])
  })

  test('only the wiring imports drivers', () => {
    const users = imports.filter(
      ({ file, target }) =>
        target.startsWith('lib/drivers/') && !file.startsWith('lib/drivers/') && !isTest(file),
    )
    expect(
      [...new Set(users.map((each) => each.file))].filter(
        (file) => file !== 'lib/wiring.ts' && !file.startsWith('lib/bench/'),
      ),
    ).toEqual([])
  })

  test('files import each other without a circle', () => {
    const next = new Map<string, string[]>()
    for (const { file, target, typeOnly } of imports) {
      if (!typeOnly && !target.startsWith('npm:')) next.set(file, [...(next.get(file) ?? []), target])
    }
    expect(circles(next)).toEqual([])
  })

  test('no barrels: a file that only hands names on does not exist', () => {
    const barrels = files.filter((file) => {
      const lines = readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
      return lines.length > 0 && lines.every((line) => /^export .* from '/.test(line))
    })
    expect(barrels).toEqual([])
  })
})

/** Each circle of imports, as the path around it. */
function circles(next: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  function walk(file: string, path: readonly string[]): void {
    const at = path.indexOf(file)
    if (at >= 0) {
      found.push([...path.slice(at), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const each of next.get(file) ?? []) walk(each, [...path, file])
    done.add(file)
  }
  for (const file of next.keys()) walk(file, [])
  return found
}
