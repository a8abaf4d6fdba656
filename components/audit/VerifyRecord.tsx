'use client'
import { ShieldCheck } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { Banner } from '#components/ui/Banner.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Meter } from '#components/ui/Meter.tsx'
import { paths } from '#lib/paths.ts'
import type { Fault } from '#lib/record/fault.ts'
import { type BrowserVerdict, verifyInBrowser } from './verifyInBrowser.ts'

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly entries: number }
  | { readonly kind: 'done'; readonly verdict: BrowserVerdict }
  | { readonly kind: 'failed'; readonly because: string }

/** Computes the record again in this browser, and says what it found and where. */
export function useVerification() {
  const [state, setState] = useState<State>({ kind: 'idle' })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const verify = async () => {
    const abort = new AbortController()
    running.current = abort
    setState({ kind: 'running', entries: 0 })
    try {
      const onProgress = (entries: number) => !abort.signal.aborted && setState({ kind: 'running', entries })
      const verdict = await verifyInBrowser(onProgress, abort.signal)
      if (!abort.signal.aborted) setState({ kind: 'done', verdict })
    } catch (error) {
      if (abort.signal.aborted) return
      setState({ kind: 'failed', because: error instanceof Error ? error.message : String(error) })
    }
  }
  return { state, verify }
}

export function VerifyButton({ running, onVerify }: { running: boolean; onVerify: () => void }) {
  return (
    <Button aria-disabled={running} onClick={() => !running && onVerify()}>
      <ShieldCheck aria-hidden />
      {running ? 'Verifying…' : 'Verify the record'}
    </Button>
  )
}

/** `about` is how many entries there are at least, for the meter. */
export function VerifyResult({ state, about }: { state: State; about: number }) {
  switch (state.kind) {
    case 'idle':
      return null
    case 'running':
      return (
        <div role="status" className="mb-4 text-sm text-ink-2">
          <Meter
            label="Verifying the record"
            text={`${state.entries} entries`}
            filled={about === 0 ? 0 : state.entries / about}
            className="mb-1.5"
          />
          {count(state.entries, 'entry', 'entries')} computed again in this browser…
        </div>
      )
    case 'failed':
      return (
        <div className="mb-4">
          <Banner tone="stop" title="The record was not verified.">
            {state.because}
          </Banner>
        </div>
      )
    case 'done':
      return (
        <div role="status" aria-label="Verification" className="mb-4">
          <Verdict {...state.verdict} />
        </div>
      )
    default:
      return state satisfies never
  }
}

const faultsShown = 10

function Verdict({ record, checkpoints }: BrowserVerdict) {
  const what = `${count(record.entries, 'entry', 'entries')} in ${count(record.chains.length, 'chain', 'chains')}, computed again in this browser.`
  const seal = sealWords(checkpoints)
  if (record.faultCount === 0) {
    return (
      <Banner tone="allow" title="The record holds.">
        {what} {seal}
      </Banner>
    )
  }
  const [first, ...others] = record.faults
  const hidden = record.faultCount - Math.min(record.faultCount, faultsShown)
  return (
    <Banner tone="stop" title="The record does not hold.">
      {what} {first && <FaultLine fault={first} />}
      {others.length > 0 && (
        <ul aria-label="What else does not hold" className="mt-1 list-disc pl-5">
          {others.slice(0, faultsShown - 1).map((fault) => (
            <li key={`${fault.kind} ${fault.says}`}>
              <FaultLine fault={fault} />
            </li>
          ))}
        </ul>
      )}
      {hidden > 0 && <p>And {hidden} more.</p>} {seal}
    </Banner>
  )
}

function FaultLine({ fault: { says, chain, look } }: { fault: Fault }) {
  return (
    <span>
      {says}.{' '}
      {chain !== null && look !== null && (
        <Link href={paths.audit({ entry: `${chain}:${look}` })} className="rounded underline">
          Show {chain} entry {look}
        </Link>
      )}
    </span>
  )
}

function sealWords({
  checkpoints,
  newest,
  newestAt,
  key,
  signatures,
}: BrowserVerdict['checkpoints']): string {
  if (checkpoints === 0)
    return 'No checkpoint was among what you may read, so entries cut off at the end would not be seen.'
  const times = `${count(checkpoints, 'checkpoint', 'checkpoints')}`
  if (signatures === 'not_checked')
    return `${times} compared; the signatures were not checked: this browser cannot, or the key is not here.`
  if (signatures === 'broken') return `Of ${times}, not every signature holds (key ${key}).`
  return `The signatures of ${times} hold (key ${key}); the newest, ${newest}, is of ${newestAt}.`
}

function count(many: number, one: string, more: string): string {
  return `${many.toLocaleString('en')} ${many === 1 ? one : more}`
}
