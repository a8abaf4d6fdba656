import { type DemoFault, demoFaults, type FromDemo, type ToDemo } from '#lib/domain/demo.ts'
import type { Fleet } from './fleet.ts'

/** The demo as the launcher runs it: it says how it is, and is told what is to go wrong. Neither terminal nor port. */

const lookEveryMs = 500

/** Resolves once it is said, so that a process can end after its last word. */
export async function tellLauncher(said: FromDemo): Promise<void> {
  if (!process.send) return
  const sent = Promise.withResolvers<void>()
  process.send(said, () => sent.resolve())
  await sent.promise
}

/** Until the launcher ends it, or is gone. */
export async function serveLauncher(fleet: Fleet, rolloutId: string | null): Promise<void> {
  const asked = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'disconnect'] as const) process.once(signal, () => asked.resolve())

  let wanted: readonly DemoFault[] = []
  process.on('message', ({ faults }: ToDemo) => {
    for (const fault of demoFaults) {
      const on = faults.includes(fault)
      if (on !== wanted.includes(fault)) fleet.fault(fault, on)
    }
    wanted = faults
  })
  // A fault that passes by itself is not to stand there as if it went on.
  const looking = setInterval(() => {
    const { faults } = fleet.state()
    for (const fault of wanted) if (!faults.includes(fault)) void tellLauncher({ demo: 'over', fault })
    wanted = wanted.filter((fault) => faults.includes(fault))
  }, lookEveryMs)

  await tellLauncher({ demo: 'running', rolloutId })
  await asked.promise
  clearInterval(looking)
  await fleet.stop()
}
