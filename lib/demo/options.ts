import { parseArgs } from 'node:util'

/** The command line of the demo. */
export interface DemoOptions {
  readonly panelUrl: string
  readonly edgeUrl: string
  readonly agent: string
  readonly rate: number
  readonly instances: number
  readonly seed: number | null
  readonly controlPort: number
  readonly token: string | null
  readonly isQuick: boolean
  readonly startsRollout: boolean
  /** Run by the launcher, which is told how it goes; not for people, and so not in the usage. */
  readonly isLaunched: boolean
}

export const usage = `Usage: npm run demo -- [options]

  --panel URL       the panel (http://127.0.0.1:3000)
  --edge URL        the edge (http://127.0.0.1:4318)
  --agent NAME      the agent (support-agent)
  --rate NUMBER     conversations that begin, a second (15)
  --instances N     SDK instances that decide (3)
  --seed N          the same seed gives the same runs (random)
  --port PORT       faults and state over HTTP (4700)
  --token TOKEN     an API token, or SWITCHBACK_TOKEN; made with the command line of Switchback when there is none
  --quick           stages of twenty seconds
  --no-rollout      starts no rollout: start one in the browser
`

/** Reads the arguments. Throws what is wrong, in words. */
export function readOptions(args: readonly string[], tokenFromEnvironment: string | undefined): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      panel: { type: 'string', default: 'http://127.0.0.1:3000' },
      edge: { type: 'string', default: 'http://127.0.0.1:4318' },
      agent: { type: 'string', default: 'support-agent' },
      rate: { type: 'string', default: '15' },
      instances: { type: 'string', default: '3' },
      seed: { type: 'string' },
      port: { type: 'string', default: '4700' },
      token: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'no-rollout': { type: 'boolean', default: false },
      launched: { type: 'boolean', default: false },
    },
  })
  return {
    panelUrl: addressOf('--panel', values.panel),
    edgeUrl: addressOf('--edge', values.edge),
    agent: values.agent,
    rate: numberOf('--rate', values.rate, { min: 0.1, max: 200 }),
    instances: numberOf('--instances', values.instances, { min: 1, max: 200, isWhole: true }),
    seed:
      values.seed === undefined
        ? null
        : numberOf('--seed', values.seed, { min: 0, max: 2 ** 32 - 1, isWhole: true }),
    controlPort: numberOf('--port', values.port, { min: 0, max: 65_535, isWhole: true }),
    token: values.token || tokenFromEnvironment || null,
    isQuick: values.quick,
    startsRollout: !values['no-rollout'],
    isLaunched: values.launched,
  }
}

function addressOf(name: string, given: string): string {
  if (!/^https?:$/.test(URL.parse(given)?.protocol ?? ''))
    throw new Error(`${name}: ${given} was given; expected an address, as in http://127.0.0.1:3000`)
  return given.replace(/\/+$/, '')
}

interface Bounds {
  readonly min: number
  readonly max: number
  readonly isWhole?: boolean
}

function numberOf(name: string, given: string, { min, max, isWhole = false }: Bounds): number {
  const value = given.trim() === '' ? Number.NaN : Number(given)
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value
  const kind = isWhole ? 'a whole number' : 'a number'
  throw new Error(`${name}: ${given} was given; expected ${kind} from ${min} to ${max}`)
}
