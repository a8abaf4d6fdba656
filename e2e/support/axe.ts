import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** What axe finds by WCAG 2.2 A and AA. */

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** All that another theme can break; axe needs a fraction of the time for it. */
const ofColour = ['color-contrast', 'link-in-text-block']

/** By every rule, or only by those that look at colours. One line a complaint. */
export async function complaintsOf(
  page: Page,
  by: 'every rule' | 'colour' = 'every rule',
): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  // No page of ours has frames; looking for them opens another page each time.
  axe.setLegacyMode(true)
  // What is not near the window counts too.
  await page.addStyleTag({ content: '* { content-visibility: visible !important }' })
  const { violations } = await (by === 'colour' ? axe.withRules(ofColour) : axe.withTags(tags)).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  )
}

/** What is there has nothing that axe finds: by every rule in the light, and by its colours in the dark. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const [colorScheme, by] of [
    ['light', 'every rule'],
    ['dark', 'colour'],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // A page that is live may be looked at in the middle of a frame: what is wrong stays wrong.
    await expect
      .soft(async () => expect(await complaintsOf(page, by), `${what}, ${colorScheme}`).toEqual([]))
      .toPass({ timeout: 15_000 })
  }
}
