import { demoFaults, demoFaultWords } from '#lib/domain/demo.ts'
import type { Fleet } from './fleet.ts'
import { type RolloutNow, rolloutWords } from './rolloutNow.ts'

/** What the terminal shows while the fleet runs, and the keys that it takes. */
export interface Terminal {
  stop(): void
}

const panelEveryMs = 2_000

export function startTerminal(
  fleet: Fleet,
  rolloutNow: () => Promise<RolloutNow | null>,
  quit: () => void,
): Terminal {
  demoFaults.forEach((fault, index) => {
    const { name, effect } = demoFaultWords[fault]
    write(`    ${index + 1}  ${name}: ${effect}\n`)
  })
  write('    0  all well again\n    q  quit\n\n')

  let rollout = 'asking the panel'
  const ask = async () => {
    rollout = rolloutWords(await rolloutNow())
  }
  const look = () => void ask().catch(() => (rollout = 'the panel does not answer'))
  const isTerminal = process.stdout.isTTY
  look()
  const looking = setInterval(look, panelEveryMs)
  const showing = setInterval(
    () => {
      const line = statusLine(fleet, rollout)
      write(isTerminal ? `\r\u001b[2K  ${line.slice(0, process.stdout.columns - 3)}` : `${line}\n`)
    },
    isTerminal ? 1_000 : 10_000,
  )
  const forgetKeys = listenToKeys(fleet, quit)
  return {
    stop() {
      clearInterval(looking)
      clearInterval(showing)
      forgetKeys()
    },
  }
}

const write = (text: string) => process.stdout.write(text)

export function statusLine(fleet: Pick<Fleet, 'state'>, rollout: string): string {
  const state = fleet.state()
  const turns = Object.entries(state.servedLately).map(([version, count]) => `${version}: ${count}`)
  const parts = [
    rollout,
    `turns in 10 s  ${turns.join('  ') || 'none'}`,
    `revision ${state.revisions[0] ?? '–'}`,
    `faults ${state.faults.join(', ') || 'none'}`,
    ...(state.writesSkipped > 0 ? [`writes skipped ${state.writesSkipped}`] : []),
  ]
  return parts.join(' · ')
}

/** Returns what takes the keys off again. */
function listenToKeys(fleet: Fleet, quit: () => void): () => void {
  const { stdin } = process
  if (!stdin.isTTY) return () => {}
  const take = (key: Buffer) => {
    const pressed = key.toString()
    if (pressed === 'q' || pressed === '\u0003') return quit()
    if (pressed === '0') return fleet.clearFaults()
    const name = demoFaults[Number(pressed) - 1]
    if (name) fleet.fault(name, !fleet.state().faults.includes(name))
  }
  stdin.setRawMode(true)
  stdin.on('data', take)
  return () => {
    stdin.off('data', take)
    stdin.setRawMode(false)
    stdin.pause()
  }
}
