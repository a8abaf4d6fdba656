'use client'
import { useZone } from '#components/time/ZoneProvider.tsx'
import { clockWords, dateWords, fullWords } from '#components/time/words.ts'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { endPrice } from '#lib/actions/prices.ts'
import type { PriceLine } from '#lib/views/prices.ts'
import { providerWords, stateWords, usdWords } from './words.ts'

interface PricesTableProps {
  readonly caption: string
  readonly lines: readonly PriceLine[]
  /** Left out where the list cannot be changed. */
  readonly change?: (line: PriceLine) => void
}

/** Entries with what each costs and from when until when. On a phone the figures stand under the name. */
export function PricesTable({ caption, lines, change }: PricesTableProps) {
  return (
    <Table caption={caption}>
      <thead>
        <tr>
          <Th>Model</Th>
          <Th right className="max-md:hidden">
            Input
          </Th>
          <Th right className="max-md:hidden">
            Cached input
          </Th>
          <Th right className="max-md:hidden">
            Output
          </Th>
          <Th className="max-md:hidden">In force</Th>
          {change && (
            <Th right>
              <span className="sr-only">Acts</span>
            </Th>
          )}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Row key={`${line.provider} ${line.model} ${line.from}`} line={line} change={change} />
        ))}
      </tbody>
    </Table>
  )
}

function Row({ line, change }: { line: PriceLine; change: PricesTableProps['change'] }) {
  return (
    <tr className="hover:transition-colors hover:bg-sunken">
      <Td>
        <span className="flex flex-wrap items-center gap-x-2">
          <Mono className="font-semibold [overflow-wrap:anywhere]">{line.model}</Mono>
          {line.state !== 'in_force' && <StateChip tone="neutral">{stateWords[line.state]}</StateChip>}
        </span>
        <div className="text-xs text-ink-3">{providerWords(line.provider)}</div>
        <div className="mt-1 text-xs text-ink-2 tabular-nums md:hidden">
          in {usdWords(line.inputUsdPerMillion)}, cached {usdWords(cachedOf(line))}, out{' '}
          {usdWords(line.outputUsdPerMillion)}
        </div>
        <div className="text-xs text-ink-3 md:hidden">
          <Span line={line} />
        </div>
      </Td>
      <Td right className="max-md:hidden">
        {usdWords(line.inputUsdPerMillion)}
      </Td>
      <Td right className="max-md:hidden">
        {line.cachedInputUsdPerMillion === null ? (
          <span className="text-ink-3">as input</span>
        ) : (
          usdWords(line.cachedInputUsdPerMillion)
        )}
      </Td>
      <Td right className="max-md:hidden">
        {usdWords(line.outputUsdPerMillion)}
        {line.reasoningUsdPerMillion !== null && (
          <div className="text-xs text-ink-3">reasoning {usdWords(line.reasoningUsdPerMillion)}</div>
        )}
      </Td>
      <Td className="whitespace-nowrap max-md:hidden">
        <Span line={line} />
      </Td>
      {change && <Td right>{line.priceId !== null && <Acts line={line} change={change} />}</Td>}
    </tr>
  )
}

function cachedOf(line: PriceLine): number {
  return line.cachedInputUsdPerMillion ?? line.inputUsdPerMillion
}

function Acts({ line, change }: { line: PriceLine; change: (line: PriceLine) => void }) {
  const { priceId } = line
  if (line.state === 'ended' || priceId === null) return null
  const isToCome = line.state === 'to_come'
  return (
    <span className="inline-flex flex-wrap justify-end gap-1.5 md:flex-nowrap">
      <Button size="sm" onClick={() => change(line)} aria-label={`Change the price of ${line.model}`}>
        Change
      </Button>
      <ActButton
        label={isToCome ? 'Remove' : 'End now'}
        size="sm"
        variant="ghost"
        whyNot={null}
        act={() => endPrice(priceId)}
        confirm={{
          title: isToCome ? `Remove the coming price of ${line.model}?` : `End the price of ${line.model}?`,
          effect: isToCome
            ? 'It has not been used yet.'
            : 'Runs from now on have an unknown cost unless another entry fits. Runs that are counted keep their estimate.',
        }}
        done={isToCome ? 'The coming price is removed' : `The price of ${line.model} has ended`}
      />
    </span>
  )
}

function Span({ line }: { line: PriceLine }) {
  return (
    <>
      from <Day at={line.from} />
      {line.until !== null && (
        <>
          {' '}
          until <Day at={line.until} />
        </>
      )}
    </>
  )
}

/** The hour too, unless it is midnight. */
function Day({ at }: { at: string }) {
  const zone = useZone()
  const date = new Date(at)
  const hour = clockWords(date, zone).slice(0, 5)
  return (
    <time dateTime={at} title={fullWords(date, zone)} suppressHydrationWarning>
      {dateWords(date, zone)}
      {hour === '00:00' ? '' : `, ${hour}`}
    </time>
  )
}
