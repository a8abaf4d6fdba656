import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** What axe finds by WCAG 2.2 A and AA. */

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** All that another theme can break; axe needs a fraction of the time for it. */
const ofColour = ['color-contrast', 'link-in-text-block']

const onDesk = { width: 1440, height: 900 }
const onPhone = { width: 360, height: 740 }

/**
 * By every rule, or only by those that look at colours. One line a complaint. What is behind a question is out of reach, and
 * is not looked at.
 */
export async function complaintsOf(
  page: Page,
  by: 'every rule' | 'colour' = 'every rule',
): Promise<string[]> {
  // To name all that is well would take it as long again.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] })
  // No page of ours has frames; looking for them opens another page each time.
  axe.setLegacyMode(true)
  const isBehind = (await page.locator('[aria-hidden=true] main').count()) > 0
  if (isBehind) axe.include('[role=dialog]')
  const { violations } = await (by === 'colour' ? axe.withRules(ofColour) : axe.withTags(tags)).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  )
}

/** What is there has nothing that axe finds: by every rule in the light, and by its colours in the dark. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await expectNone(page, what, 'light', 'every rule')
  await expectNone(page, what, 'dark', 'colour')
}

/** So on a desk; and on a phone, which the page is left on, by every rule in the dark and by its colours in the light. */
export async function expectAccessibleOnBoth(page: Page): Promise<void> {
  await page.setViewportSize(onDesk)
  await expectAccessible(page, 'desk')
  await page.setViewportSize(onPhone)
  await expectNone(page, 'phone', 'light', 'colour')
  await expectNone(page, 'phone', 'dark', 'every rule')
}

async function expectNone(
  page: Page,
  what: string,
  colorScheme: 'light' | 'dark',
  by: 'every rule' | 'colour',
): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  // A page that is live may be looked at in the middle of a frame: what is wrong stays wrong.
  await expect
    .soft(async () => expect(await complaintsOf(page, by), `${what}, ${colorScheme}`).toEqual([]))
    .toPass({ timeout: 15_000 })
}
