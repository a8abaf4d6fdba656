'use client'
import { OctagonX, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Button, type ButtonVariant } from '#components/ui/Button.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { ConfirmDialog } from '#components/ui/ConfirmDialog.tsx'
import { Field, Select, TextArea, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { say } from '#components/ui/say.ts'
import { Segments } from '#components/ui/Segments.tsx'
import { ShowAll } from '#components/ui/ShowAll.tsx'
import type { Refusal } from '#lib/actions/refusal.ts'
import { Sheet, Specimen } from './Specimen.tsx'

const variants: readonly ButtonVariant[] = ['primary', 'danger', 'outline', 'ghost']
const refused: Refusal = { code: 'locked', because: '2.4.0 is locked until its incident is reviewed' }
const never = () => new Promise<null>(() => {})
const refuse = async () => refused

/** What is pressed and written into. */
export function Controls() {
  return (
    <Sheet title="Controls">
      {variants.map((variant) => (
        <Specimen key={variant} name={`button ${variant}`}>
          <div className="flex flex-wrap items-center gap-2">
            <Button variant={variant} size="sm">
              Small
            </Button>
            <Button variant={variant}>Middle</Button>
            <Button variant={variant} size="lg">
              <Undo2 aria-hidden />
              Large
            </Button>
            <Button variant={variant} aria-disabled>
              Off
            </Button>
          </div>
        </Specimen>
      ))}
      <Specimen name="button with its reason">
        <ActButton
          label="Roll back to 2.3.3"
          icon={Undo2}
          variant="danger"
          size="lg"
          whyNot="Your role cannot roll back"
          act={never}
        />
      </Specimen>
      <Specimen name="button at work">
        <ActButton label="Pause at 5 %" size="lg" whyNot={null} act={never} />
      </Specimen>
      <Specimen name="button refused">
        <ActButton label="Unlock 2.4.0" size="lg" whyNot={null} act={refuse} />
      </Specimen>
      <Specimen name="link as a button">
        <ButtonLink href="#controls">Open the incident</ButtonLink>
      </Specimen>
      <Specimen name="confirmation">
        <Confirmation />
      </Specimen>
      <Specimen name="toast">
        <Button onClick={() => say('Ordered: all traffic to 2.3.3')}>Say that it was done</Button>
      </Specimen>
      <Specimen name="text field">
        <Field label="Why" hint="Stands on the record.">
          <TextInput defaultValue="Customers complain" />
        </Field>
      </Specimen>
      <Specimen name="text field wrong">
        <Field label="Limit" error="5 was given; a share within 0 and 1 was expected">
          <TextInput defaultValue="5" />
        </Field>
      </Specimen>
      <Specimen name="text field off">
        <Field label="Channel">
          <TextInput disabled defaultValue="#agents-oncall" />
        </Field>
      </Specimen>
      <Specimen name="choice">
        <Field label="What caused it">
          <Select defaultValue="prompt">
            <option value="prompt">The prompt</option>
            <option value="tool">A tool</option>
          </Select>
        </Field>
      </Specimen>
      <Specimen name="long text">
        <Field label="What happened">
          <TextArea rows={3} defaultValue={'The new prompt asked for an order number\nthat nobody has.'} />
        </Field>
      </Specimen>
      <Specimen name="one of a few">
        <Segments
          label="Time range"
          value="1h"
          choices={[
            ['15m', '15 min'],
            ['1h', '1 h'],
            ['6h', '6 h'],
          ]}
          onChoose={() => undefined}
        />
      </Specimen>
      <Specimen name="the rest of a list">
        <ShowAll of={1_248} what="agents" onShow={() => undefined} />
      </Specimen>
      <Specimen name="refusal">
        <RefusalText refusal={refused} />
      </Specimen>
    </Sheet>
  )
}

function Confirmation() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="outline" size="lg" onClick={() => setOpen(true)}>
        <OctagonX aria-hidden />
        Stop writes
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Stop writes?"
        effect="support-agent goes on answering and writes nothing any more."
        confirmLabel="Stop writes"
        variant="danger"
        reason={{ label: 'Why', required: false }}
        act={async () => null}
      />
    </>
  )
}
