/** Moving along the rows of a page. A row is what carries `data-row`: the link or the summary that opens it. */

/** Goes to the next row or the one before; from nowhere, to the first that is seen. */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')].filter(
    (row) => row.getClientRects().length > 0,
  )
  const here = rows.findIndex((row) => row === document.activeElement)
  const header = document.querySelector('header')?.getBoundingClientRect().bottom ?? 0
  const firstSeen = rows.findIndex((row) => row.getBoundingClientRect().top >= header)
  const next = here === -1 ? rows[Math.max(0, firstSeen)] : rows[here + by]
  if (!next) return
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}

/** Puts the cursor where this page is searched or narrowed. False when it has no such place. */
export function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>(
    'main :is(form[role=search], search) :is(input, select, textarea)',
  )
  field?.focus()
  return field !== null
}

/** Whether what is pressed there is written there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit', 'reset'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

export function isDialogOpen(): boolean {
  return document.querySelector('[role=dialog], [role=alertdialog]') !== null
}
