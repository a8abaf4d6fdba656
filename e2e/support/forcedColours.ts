import { expect, type Page } from '@playwright/test'

/**
 * Where the system chooses the colours: what is chosen does not look like what is not, and nothing that keeps its own
 * colours holds text, except what is chosen. Axe cannot look: it reads the colours that the page would have had.
 */
export async function expectForcedColours(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' })
  const { alike, own } = await page.evaluate(() => {
    const chosen = ':is(a, button):is([aria-pressed=true], [aria-selected=true], [aria-current])'
    const look = (element: Element) => {
      const { backgroundColor, color, outlineStyle } = getComputedStyle(element)
      return `${backgroundColor} ${color} ${outlineStyle}`
    }
    const words = (element: Element) => element.textContent.trim().slice(0, 40)
    const others = (element: Element) =>
      [...(element.closest('ul, ol, fieldset, [role=tablist]')?.querySelectorAll('a, button') ?? [])].filter(
        (other) => !other.matches(chosen),
      )
    return {
      alike: [...document.querySelectorAll(chosen)]
        .filter((element) => others(element).some((other) => look(other) === look(element)))
        .map(words),
      own: [...document.querySelectorAll('body *')]
        .filter((element) => getComputedStyle(element).forcedColorAdjust === 'none')
        .filter((element) => !element.closest(chosen) && words(element) !== '')
        .map(words),
    }
  })
  expect.soft(alike, 'chosen, and looks as if it were not').toEqual([])
  expect.soft(own, 'text in colours of its own').toEqual([])
}
