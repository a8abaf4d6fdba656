import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '#lib/launcher/root.ts'

/** A project of somebody who copies: a folder with the packages that the snippets name, our SDK as it is published among them. */
export interface SnippetProject {
  readonly folder: string
  /** Runs a program in it; resolves with what it wrote. */
  runNode(code: string): Promise<string>
  runShell(code: string): Promise<string>
  remove(): void
}

const run = promisify(execFile)
const runWithinMs = 30_000

export function openSnippetProject({ withSdk = false } = {}): SnippetProject {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-snippets-'))
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules')).filter((each) => !each.startsWith('.'))) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  if (withSdk) buildSdk(join(modules, '@switchback/sdk'))
  let programs = 0
  return {
    folder,
    async runNode(code) {
      const file = join(folder, `program-${(programs += 1)}.mjs`)
      writeFileSync(file, code)
      return (await run(process.execPath, [file], { cwd: folder, timeout: runWithinMs })).stdout
    },
    async runShell(code) {
      return (await run('sh', ['-c', code], { cwd: folder, timeout: runWithinMs })).stdout
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function buildSdk(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const tsc = join(root, 'node_modules/.bin/tsc')
  const config = join(root, 'sdk/tsconfig.build.json')
  execFileSync(tsc, ['-p', config, '--outDir', join(folder, 'dist')], { cwd: root })
  symlinkSync(join(root, 'sdk/package.json'), join(folder, 'package.json'))
}
