'use client'
import { useEffect, useEffectEvent } from 'react'
import type { ConfirmDialogProps } from './ConfirmDialog.tsx'
import { RefusalText } from './RefusalText.tsx'
import { useAct } from './useAct.ts'

/** The browser's own question, where the scripts of ours did not come: a brake must not wait for them. */
export function PlainConfirm({ open, onOpenChange, title, effect, reason, act }: ConfirmDialogProps) {
  const { refusal, run } = useAct(act)
  const ask = useEffectEvent(() => {
    onOpenChange(false)
    const words = [title, typeof effect === 'string' ? effect : ''].join('\n\n').trim()
    if (!reason?.required) return confirm(words) && void run(null)
    const given = prompt(`${words}\n\n${reason.label}`)?.trim()
    if (given) void run(given)
  })
  useEffect(() => {
    if (open) ask()
  }, [open])
  return <RefusalText refusal={refusal} />
}
