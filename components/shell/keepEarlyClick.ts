/** Who is told that the page answers now. */
export interface EarlyClick {
  answers(): void
}

declare global {
  var switchbackEarlyClick: EarlyClick | undefined
}

/**
 * A page can be read before its scripts are there; whoever presses a button then means it. The last press is kept, shown
 * as waiting, and done once the page answers; one that has waited for ten seconds is forgotten. Links and forms are left
 * to the browser. Sent to the browser as text: it knows nothing outside of itself.
 */
export function keepEarlyClick(): void {
  let answering = false
  let kept: { readonly button: HTMLButtonElement; readonly at: number } | null = null
  const forget = () => {
    delete kept?.button.dataset.kept
    kept = null
  }
  window.addEventListener('click', (event) => {
    // React may have begun to answer because of this very press, and then has done it.
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (answering || !button || button.type !== 'button') return
    forget()
    button.dataset.kept = ''
    kept = { button, at: performance.now() }
  })
  window.switchbackEarlyClick = {
    answers() {
      answering = true
      const { button, at } = kept ?? {}
      forget()
      if (button?.isConnected && at !== undefined && performance.now() - at < 10_000)
        setTimeout(() => button.click())
    },
  }
}
