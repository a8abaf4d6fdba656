import { Sheet, Specimen } from './Specimen.tsx'

const grounds = ['bg-bg', 'bg-surface', 'bg-sunken', 'bg-line', 'bg-line-2'] as const
const inks = ['text-ink', 'text-ink-2', 'text-ink-3'] as const
const states = [
  ['stop', 'bg-stop-bg text-stop border-stop-line'],
  ['hold', 'bg-hold-bg text-hold border-hold-line'],
  ['allow', 'bg-allow-bg text-allow border-allow-line'],
  ['candidate', 'bg-candidate-bg text-candidate border-candidate-line'],
] as const
const sizes = ['text-xs', 'text-sm', 'text-base', 'text-lg', 'text-xl', 'text-2xl'] as const

/** Colours and type: the tokens of globals.css. */
export function Ground() {
  return (
    <Sheet title="Ground">
      <Specimen name="grounds">
        <div className="flex overflow-hidden rounded-card border border-line">
          {grounds.map((ground) => (
            <span key={ground} title={ground} className={`${ground} h-12 flex-1`} />
          ))}
        </div>
      </Specimen>
      <Specimen name="inks">
        {inks.map((ink) => (
          <p key={ink} className={ink}>
            {ink}: all traffic is on 2.3.3
          </p>
        ))}
      </Specimen>
      <Specimen name="states">
        <div className="grid gap-1.5">
          {states.map(([name, look]) => (
            <span key={name} className={`rounded-lg border px-3 py-1.5 ${look}`}>
              {name}
            </span>
          ))}
        </div>
      </Specimen>
      <Specimen name="type" wide>
        {sizes.map((size) => (
          <p key={size} className={`${size} truncate`}>
            {size} · 7.8 % of 412 runs failed; the limit is 5 %
          </p>
        ))}
        <p className="mono">support-agent@2.4.0 · 0123456789 · sha256:8c22f1b0113c</p>
      </Specimen>
    </Sheet>
  )
}
