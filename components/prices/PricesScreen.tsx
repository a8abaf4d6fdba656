'use client'
import { BookOpenCheck, CircleDollarSign, Plus } from 'lucide-react'
import { useState } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { setShippedPrices } from '#lib/actions/prices.ts'
import type { PriceLine, PricesView, UnpricedLine } from '#lib/views/prices.ts'
import { AddPriceDialog } from './AddPriceDialog.tsx'
import { ChangePriceDialog } from './ChangePriceDialog.tsx'
import { PricesTable } from './PricesTable.tsx'
import { SourcesText } from './SourcesText.tsx'
import { UnpricedTable } from './UnpricedTable.tsx'

/** What a run costs where its telemetry does not say it: what lacks a price first, then own prices and the shipped list. */
export function PricesScreen({ view }: { view: PricesView }) {
  const [adding, setAdding] = useState<Pick<UnpricedLine, 'provider' | 'model'> | null>(null)
  const [changing, setChanging] = useState<PriceLine | null>(null)
  return (
    <>
      <PageTitle
        title="Prices"
        lede="A run whose telemetry does not report a cost is estimated: tokens times these prices. Without a price its cost is unknown and no limit on cost sees it."
        aside={
          <Button variant="primary" onClick={() => setAdding({ provider: null, model: null })}>
            <Plus aria-hidden />
            Add a price
          </Button>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {view.unpriced.length > 0 && (
          <Section title="Models without a price" aside="runs of the last 24 hours">
            <UnpricedTable lines={view.unpriced} add={setAdding} />
          </Section>
        )}
        <Section title="Your prices" aside="US dollars per million tokens">
          {view.own.length === 0 ? (
            <EmptyState icon={CircleDollarSign} title="No price of your own">
              Add one where you pay another price than the list below, or for a model that is not on it.
            </EmptyState>
          ) : (
            <PricesTable caption="Your prices" lines={view.own} change={setChanging} />
          )}
        </Section>
        <Shipped view={view} />
      </div>
      {adding && <AddPriceDialog given={adding} onClose={() => setAdding(null)} />}
      {changing && <ChangePriceDialog line={changing} onClose={() => setChanging(null)} />}
    </>
  )
}

function Shipped({ view }: { view: PricesView }) {
  return (
    <Section title="Public list prices" aside="US dollars per million tokens">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3 px-4 pt-1 pb-3">
        <SourcesText sources={view.sources} />
        {view.usesShipped ? (
          <ActButton
            label="Stop using this list"
            size="sm"
            whyNot={null}
            act={() => setShippedPrices(false)}
            confirm={{
              title: 'Stop using the public list prices?',
              effect:
                'Runs from now on are priced by your own entries only. The cost of every other model is unknown.',
            }}
            done="The list is not used any more"
          />
        ) : (
          <ActButton
            label="Use this list"
            size="sm"
            whyNot={null}
            act={() => setShippedPrices(true)}
            done="The list is used"
          />
        )}
      </div>
      {view.usesShipped ? (
        <PricesTable caption="Public list prices" lines={view.shipped} />
      ) : (
        <EmptyState icon={BookOpenCheck} title="This list is not used">
          Only your own prices count.
        </EmptyState>
      )}
    </Section>
  )
}
