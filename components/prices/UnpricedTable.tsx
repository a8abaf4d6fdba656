'use client'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import type { UnpricedLine } from '#lib/views/prices.ts'

interface UnpricedTableProps {
  readonly lines: readonly UnpricedLine[]
  readonly add: (model: Pick<UnpricedLine, 'provider' | 'model'>) => void
}

/** Models that runs called of late and that have no price, with how many runs have an unknown cost for it. */
export function UnpricedTable({ lines, add }: UnpricedTableProps) {
  return (
    <Table caption="Models without a price">
      <thead>
        <tr>
          <Th>Model</Th>
          <Th right className="max-md:hidden">
            Runs without a cost
          </Th>
          <Th right>
            <span className="sr-only">Acts</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.provider} ${line.model}`} className="hover:transition-colors hover:bg-sunken">
            <Td>
              {line.model === null ? (
                <b className="font-semibold">No model named</b>
              ) : (
                <Mono className="font-semibold [overflow-wrap:anywhere]">{line.model}</Mono>
              )}
              <div className="text-xs text-ink-2 md:hidden">
                {line.runs.toLocaleString('en-US')} runs without a cost
              </div>
              <div className="text-xs text-ink-3">
                {line.provider === null ? 'no provider named' : line.provider} · last{' '}
                <RelativeTime at={line.lastAt} />
              </div>
            </Td>
            <Td right className="max-md:hidden">
              {line.runs.toLocaleString('en-US')}
            </Td>
            <Td right>
              {line.model === null ? (
                <span className="text-xs whitespace-normal text-ink-3">
                  Set <Mono>gen_ai.request.model</Mono>
                </span>
              ) : (
                <Button size="sm" onClick={() => add(line)} aria-label={`Add a price for ${line.model}`}>
                  Add a price
                </Button>
              )}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
