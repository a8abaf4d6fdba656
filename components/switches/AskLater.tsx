'use client'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { Select } from '#components/ui/Field.tsx'
import { say } from '#components/ui/say.ts'
import { useAct } from '#components/ui/useAct.ts'
import type { SwitchLine } from '#lib/views/switches.ts'
import { useEngage } from './useEngage.ts'

const hours = [1, 4, 24, 24 * 7]

/** When a deny asks whether it is still needed. Only ever safer: it asks, and stays. */
export function AskLater({ line }: { line: SwitchLine }) {
  const engage = useEngage(line)
  const { pending, refusal, run } = useAct(async (inHours: number | null) => {
    const at = inHours === null ? null : new Date(Date.now() + inHours * 3_600_000).toISOString()
    const refused = await engage(at === null ? {} : { askAt: at })
    if (!refused) say(inHours === null ? 'It does not ask' : `It asks in ${hoursWords(inHours)}`)
    return refused
  })
  const isSet = line.order?.askAt !== null
  return (
    <div className="mt-1.5">
      <label className="inline-flex items-center gap-2 text-xs text-ink-3">
        Ask whether it is still needed
        <Select
          className="w-auto! sm:h-8! sm:text-sm!"
          disabled={pending}
          value={isSet ? 'set' : 'never'}
          onChange={({ target }) => void run(target.value === 'never' ? null : Number(target.value))}
        >
          <option value="never">never</option>
          {isSet && <option value="set">as set</option>}
          {hours.map((each) => (
            <option key={each} value={each}>
              in {hoursWords(each)}
            </option>
          ))}
        </Select>
      </label>
      <RefusalText refusal={refusal} />
    </div>
  )
}

function hoursWords(hours: number): string {
  if (hours === 1) return 'an hour'
  if (hours < 24) return `${hours} hours`
  return hours === 24 ? 'a day' : `${hours / 24} days`
}
