import { expect, type Page, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { expectAccessible } from './support/axe.ts'
import { installation } from './support/installation.ts'
import { registerAgent, startRollout } from './support/machine.ts'

/** Going about by keyboard alone, and by thumb. */

const on = (path: string) => `${installation().panelUrl}${path}`
const palette = (page: Page) => page.getByRole('dialog', { name: 'Go to' })
const help = (page: Page) => page.getByRole('dialog', { name: 'Keyboard shortcuts' })

/** The page has come alive: before that, nobody listens to the keyboard. */
async function openPage(page: Page, path: string): Promise<void> {
  await page.goto(on(path))
  await expect(page.getByText(/^live/).first()).toBeVisible()
}

test('a rollout is found and opened with the keyboard alone', async ({ page }) => {
  const rollout = await startRollout('typed-agent')
  await openPage(page, paths.now())
  await page.keyboard.press('Control+k')
  await expect(palette(page)).toBeVisible()
  await page.keyboard.type('typed 2.4')
  const option = palette(page).getByRole('option', { name: /typed-agent 2\.4\.0/ })
  await expect(option).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(on(paths.rollout('typed-agent', rollout)))
  await expect(palette(page)).toBeHidden()

  // What has no such name says so; Escape gives the page back.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('no such thing')
  await expect(palette(page).getByText('Nothing is called “no such thing”')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(palette(page)).toBeHidden()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('typed pol')
  await expect(palette(page).getByRole('option', { name: 'typed-agent: policy' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(on(paths.policy('typed-agent')))
})

test('without an answer the screens are still there, and it can be asked again', async ({ page }) => {
  await openPage(page, paths.now())
  await page.route('**/api/views/palette*', (route) => route.abort())
  await page.getByRole('button', { name: 'Go to' }).click()
  await expect(palette(page).getByRole('alert')).toContainText('Names could not be looked up.')
  await page.unroute('**/api/views/palette*')
  await palette(page).getByRole('button', { name: 'Try again' }).click()
  await expect(palette(page).getByRole('alert')).toBeHidden()
  await palette(page).getByRole('option', { name: 'Kill switches' }).click()
  await expect(page).toHaveURL(on(paths.switches()))
})

test('rows are walked and opened, places gone to, and the help says how', async ({ page }) => {
  await registerAgent('row-agent-1')
  await registerAgent('row-agent-2')
  await openPage(page, paths.agents())
  const rows = page.locator('main [data-row]')
  await page.keyboard.press('j')
  await expect(rows.first()).toBeFocused()
  await page.keyboard.press('j')
  await expect(rows.nth(1)).toBeFocused()
  await page.keyboard.press('k')
  await expect(rows.first()).toBeFocused()
  const name = String(await rows.first().textContent())
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(on(paths.agent(name)))

  await page.keyboard.press('g')
  await page.keyboard.press('u')
  await expect(page).toHaveURL(on(paths.audit()))
  await expect(page.getByRole('list', { name: 'Entries' })).toBeVisible()
  await page.keyboard.press('j')
  await expect(rows.first()).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('The entry as it was hashed').first()).toBeVisible()

  await page.keyboard.press('/')
  await expect(page.getByRole('combobox', { name: 'Agent' })).toBeFocused()
  // In a field a letter is a letter.
  await page.keyboard.press('?')
  await expect(help(page)).toBeHidden()
  await page.getByRole('heading', { level: 1 }).click()
  await page.locator('#main').focus()
  await page.keyboard.press('?')
  await expect(help(page)).toBeVisible()
  // Under a dialog too.
  await page.keyboard.press('g')
  await page.keyboard.press('n')
  await expect(help(page)).toBeVisible()
  await expect(page).toHaveURL(on(paths.audit()))
})

test('single keys can be switched off, for good', async ({ page }) => {
  await openPage(page, paths.settings.you())
  await page.keyboard.press('?')
  await help(page)
    .getByLabel(/Listen to single keys/)
    .uncheck()
  await page.keyboard.press('Escape')
  await expect(help(page)).toBeHidden()
  await expect(page.getByRole('checkbox', { name: /Listen to single keys/ })).not.toBeChecked()
  await page.reload()
  await expect(page.getByText(/^live/).first()).toBeVisible()
  await page.keyboard.press('?')
  await page.keyboard.press('Control+k')
  await expect(palette(page)).toBeVisible()
  await expect(help(page)).toBeHidden()
  await page.keyboard.press('Control+k')
  await expect(palette(page)).toBeHidden()
  await page.getByRole('checkbox', { name: /Listen to single keys/ }).check()
  await page.getByRole('heading', { level: 1 }).click()
  await page.locator('#main').focus()
  await page.keyboard.press('?')
  await expect(help(page)).toBeVisible()
})

for (const [size, viewport] of Object.entries({
  desk: { width: 1440, height: 900 },
  phone: { width: 360, height: 740 },
})) {
  test(`axe finds nothing in the palette and the help, in both themes, ${size}`, async ({ page }) => {
    await registerAgent(`seen-${size}`)
    await page.setViewportSize(viewport)
    await openPage(page, paths.now())
    await page.getByRole('button', { name: 'Go to' }).click()
    await expect(palette(page).getByRole('option').first()).toBeVisible()
    await expect(palette(page).getByText('Agents').first()).toBeVisible()
    await expectAccessible(page, 'palette')
    await page.keyboard.type('zzzz')
    await expect(palette(page).getByText('Nothing is called “zzzz”')).toBeVisible()
    await expectAccessible(page, 'palette that found nothing')
    await page.keyboard.press('Escape')
    await expect(palette(page)).toBeHidden()
    await page.keyboard.press('?')
    await expect(help(page)).toBeVisible()
    await expectAccessible(page, 'help')
    await page.keyboard.press('Escape')
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(viewport.width)
  })
}
