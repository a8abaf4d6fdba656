import { startControl } from './control.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { serveLauncher, tellLauncher } from './launched.ts'
import { type DemoOptions, readOptions, usage } from './options.ts'
import { type Panel, panelAt } from './panel.ts'
import { prepareAgent, startDemoRollout } from './prepare.ts'
import { rolloutReader } from './rolloutNow.ts'
import { startTerminal } from './terminal.ts'
import { makeToken } from './token.ts'

/** `npm run demo`: a real fleet against a running Switchback, with faults to switch on while it runs. */

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes('--help')) return void process.stdout.write(usage)
  const options = readOptions(args, process.env['SWITCHBACK_TOKEN'])
  const token = options.token ?? (await makeToken())
  const panel = panelAt(options.panelUrl, token)
  const prepared = await prepare(panel, options)
  const { edgeUrl, agent, rate, instances, seed } = options
  const fleet = await startFleet({
    edgeUrl,
    token,
    agent,
    rate,
    instances,
    stable: prepared.stable,
    candidate: prepared.candidate,
    ...(seed === null ? {} : { seed }),
  })
  await (options.isLaunched ? serveLauncher(fleet, prepared.rolloutId) : run(fleet, panel, options, prepared))
}

type Prepared = Awaited<ReturnType<typeof prepareAgent>>

async function prepare(panel: Panel, options: DemoOptions): Promise<Prepared> {
  const prepared = await prepareAgent(panel, options.agent)
  if (prepared.rolloutId !== null || !options.startsRollout) return prepared
  const { stable, candidate } = prepared
  const rolloutId = await startDemoRollout(panel, {
    agent: options.agent,
    stable,
    candidate,
    quick: options.isQuick,
  })
  return { ...prepared, rolloutId }
}

/** Until Ctrl-C or `q`; then what telemetry is left is sent. */
async function run(fleet: Fleet, panel: Panel, options: DemoOptions, prepared: Prepared): Promise<void> {
  const { panelUrl, agent, rate } = options
  const rolloutNow = rolloutReader(panel, agent, prepared.rolloutId)
  const control = await startControl(fleet, rolloutNow, options.controlPort).catch(async (error: unknown) => {
    await fleet.stop()
    throw new Error(`--port: ${options.controlPort} cannot be listened on (${String(error)})`)
  })
  const page = prepared.rolloutId === null ? '' : `/rollouts/${prepared.rolloutId}`
  const say = (line: string) => process.stdout.write(`${line}\n`)
  say(`\n  ${agent}: ${prepared.stable} → ${prepared.candidate}, ${rate} conversations a second`)
  // The panel knows browsers by the name of its public address, which is localhost unless somebody set it.
  say(`  Watch   ${panelUrl.replace('//127.0.0.1', '//localhost')}/agents/${agent}${page}`)
  say(`  Faults  press a key, or: curl localhost:${control.port}/faults/errors -d '{"on":true}'\n`)

  const asked = Promise.withResolvers<void>()
  // Several arrive for one Ctrl-C: from the terminal, and from npm and the first step, which hand it on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => asked.resolve())
  const terminal = startTerminal(fleet, rolloutNow, asked.resolve)
  await asked.promise
  terminal.stop()
  control.stop()
  say('\nSending the last telemetry…')
  await fleet.stop()
}

try {
  await main()
} catch (error) {
  const because = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${because}\n`)
  await tellLauncher({ demo: 'failed', because })
  process.exit(1)
}
process.exit(0)
