import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { startControl } from './control.ts'
import { type FaultName, faultNames, faultWords } from './faults.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { prepareRollout } from './prepare.ts'

/** `npm run demo`: a real fleet against a running Switchback, with faults to switch on while it runs. */

const { values: given } = parseArgs({
  options: {
    panel: { type: 'string', default: 'http://127.0.0.1:3000' },
    edge: { type: 'string', default: 'http://127.0.0.1:4318' },
    agent: { type: 'string', default: 'support-agent' },
    rate: { type: 'string', default: '15' },
    port: { type: 'string', default: '4700' },
    token: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const token = given.token ?? process.env['SWITCHBACK_DEMO_TOKEN'] ?? makeToken()
  const prepared = await prepareRollout({
    panelUrl: given.panel,
    token,
    agent: given.agent,
    quick: given.quick,
  })
  const rate = Number(given.rate)
  if (!(rate > 0 && rate <= 200))
    throw new Error(`--rate: ${given.rate} was given; expected conversations a second, up to 200`)
  const fleet = await startFleet({ edgeUrl: given.edge, token, agent: given.agent, ...prepared, rate })
  const control = await startControl(fleet, Number(given.port))

  say(`\n  ${given.agent}: ${prepared.stable} → ${prepared.candidate}, ${rate} conversations a second`)
  say(`  Watch   ${given.panel}/agents/${given.agent}/rollouts/${prepared.rolloutId}`)
  say(`  Faults  press a key, or: curl -X POST localhost:${given.port}/faults/errors -d '{"on":true}'\n`)
  faultNames.forEach((name, index) => say(`    ${index + 1}  ${faultWords[name]}`))
  say('    0  all well again\n    q  quit\n')

  const status = setInterval(() => showStatus(fleet), process.stdout.isTTY ? 1_000 : 10_000)
  const quit = async () => {
    clearInterval(status)
    control.close()
    say('\nSending the last telemetry…')
    await fleet.stop()
    process.exit(0)
  }
  process.once('SIGINT', () => void quit())
  process.once('SIGTERM', () => void quit())
  listenToKeys(fleet, () => void quit())
}

function makeToken(): string {
  const scopes = 'deploy,operate,read,telemetry,evaluate'
  const args = [
    'lib/launcher/bootstrap.mjs',
    'lib/cli/main.ts',
    'token',
    'create',
    '--name',
    'demo',
    '--agent',
    '*',
    '--scopes',
    scopes,
    '--json',
  ]
  const said = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return (JSON.parse(said) as { token: string }).token
}

function listenToKeys(fleet: Fleet, quit: () => void): void {
  if (!process.stdin.isTTY) return
  process.stdin.setRawMode(true)
  process.stdin.on('data', (key: Buffer) => {
    const pressed = key.toString()
    if (pressed === 'q' || pressed === '\u0003') return quit()
    if (pressed === '0') return fleet.clearFaults()
    const name: FaultName | undefined = faultNames[Number(pressed) - 1]
    if (name) fleet.fault(name, !fleet.state().faults.includes(name))
  })
}

function showStatus(fleet: Fleet): void {
  const state = fleet.state()
  const lately = Object.entries(state.servedLately).map(([version, turns]) => `${version}: ${turns}`)
  const faults = state.faults.length > 0 ? state.faults.join(', ') : 'none'
  const skipped = state.writesSkipped > 0 ? ` · writes skipped ${state.writesSkipped}` : ''
  const line = `turns in 10 s  ${lately.join('  ')} · revision ${state.revisions[0] ?? '–'} · faults ${faults}${skipped}`
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K  ${line}`)
  else say(line)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
