import { expect, type Locator, type Page } from '@playwright/test'

/** What somebody does who has no pointer: every step shows where the focus is. */

const tabsMax = 250

/** Goes on with Tab until this has the focus, which has to be visible there. */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(target).toBeVisible()
  for (let pressed = 0; pressed < tabsMax; pressed += 1) {
    await page.keyboard.press(key)
    const state = await target.evaluate((node) => ({
      isThere: node === document.activeElement,
      shows: node.matches(':focus-visible'),
    }))
    if (!state.isThere) continue
    expect(state.shows).toBe(true)
    return
  }
  throw new Error(`${String(target)} was not reached with ${tabsMax} times ${key}`)
}

/** Goes there with Tab and presses Enter. */
export async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}

/** Goes there with Tab and writes. */
export async function write(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.type(text)
}
