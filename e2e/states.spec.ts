import { expect, type Page, test } from '@playwright/test'
import { type House, screens } from '#lib/testing/screens.ts'
import { paths } from '#lib/paths.ts'
import { expectAccessible, expectAccessibleOnBoth } from './support/axe.ts'
import { aHouse } from './support/house.ts'
import { installation } from './support/installation.ts'
import { registerAgent } from './support/machine.ts'

/** What screens look like in the middle of something: a question, a mistake, a refusal, no news. By axe, in both themes. */

interface State {
  readonly path: (house: House) => string
  /** Brings it about, and waits until it is there. */
  readonly bring: (page: Page) => Promise<void>
}

const dialog = (page: Page) => page.getByRole('dialog')
const press =
  (name: string | RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name }).first().click()
    await expect(dialog(page)).toBeVisible()
  }

const states: Readonly<Record<string, State>> = {
  'asked whether to roll back': { path: screens.rollout, bring: press(/^Roll back/) },
  'asked for a second person': { path: screens.rollout, bring: press(/^Promote to 100/) },
  'asked whether to stop writes': { path: screens.rollout, bring: press(/^Stop writes/) },
  'a brake that was refused': {
    path: screens.rollout,
    async bring(page) {
      await page.route('**/api/rollouts/*/rollback', (route) =>
        route.fulfill({
          status: 409,
          contentType: 'application/problem+json',
          json: { type: 'urn:switchback:problem:stale', detail: 'Somebody changed this rollout; look again' },
        }),
      )
      await press(/^Roll back/)(page)
      await dialog(page)
        .getByRole('button', { name: /^Roll back/ })
        .click()
      await expect(dialog(page).getByRole('alert')).toContainText('look again')
    },
  },
  'figures as tables, one metric large': {
    path: (house) => `${screens.rollout(house)}?metric=error_rate`,
    async bring(page) {
      await page.getByRole('button', { name: 'Show the figures as tables' }).click()
      await expect(page.getByRole('table', { name: 'Error rate over time' })).toBeVisible()
    },
  },
  'no news for long': {
    path: screens.rollout,
    async bring(page) {
      // A stream that says one word and ends, and nobody answers any more.
      const said = 'event: hb\ndata: {}\n\n'
      await page.route(
        '**/api/live?**',
        (route) => route.fulfill({ contentType: 'text/event-stream', body: said }),
        {
          times: 1,
        },
      )
      await page.reload()
      await expect(page.getByText(/^(live|reconnecting) · /).first()).toBeVisible()
      await page.route('**/api/**', (route) => route.abort())
      await page.clock.fastForward(20_000)
      await expect(page.getByText(/^stale · /).first()).toBeVisible()
    },
  },
  'a page that broke': {
    path: screens.rollout,
    async bring(page) {
      await page.route('**/api/views/**', (route) => route.fulfill({ json: {} }))
      await page.route('**/api/live?**', (route) => route.fulfill({ status: 503 }))
      await page.reload()
      await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeVisible({
        timeout: 40_000,
      })
    },
  },
  'nothing there': {
    path: () => '/agents/nobody-at-all',
    bring: (page) => expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible(),
  },
  'an entry opened': {
    path: () => paths.audit(),
    async bring(page) {
      await page.getByRole('list', { name: 'Entries' }).locator('summary').first().click()
      await expect(page.getByLabel('The entry as it was hashed').first()).toBeVisible()
    },
  },
  'no entry that fits': {
    path: () => `${paths.audit()}?from=2019-01-01&until=2019-01-02`,
    bring: (page) => expect(page.getByText('No entry fits')).toBeVisible(),
  },
  'a draft with a mistake': {
    path: screens.policy,
    async bring(page) {
      const draft = page.getByRole('textbox', { name: /Draft/ })
      await draft.fill((await draft.inputValue()).replace('limit: 0.05', 'limit: 5'))
      await expect(page.getByRole('alert').filter({ hasText: 'given 5' })).toBeVisible()
    },
  },
  'a draft that loosens': {
    path: screens.policy,
    async bring(page) {
      const draft = page.getByRole('textbox', { name: /Draft/ })
      await draft.fill((await draft.inputValue()).replace('limit: 0.05', 'limit: 0.2'))
      await expect(page.getByRole('region', { name: 'What it loosens' })).toBeVisible()
    },
  },
  'a rollout that lacks a limit': {
    path: () => paths.newRollout(`states-new-${test.info().workerIndex}`),
    async bring(page) {
      await page.getByRole('button', { name: /^Start the rollout/ }).click()
      await expect(page.getByText('Nothing was started')).toBeVisible()
    },
  },
  'a person to invite': { path: () => paths.settings.people(), bring: press('Invite a person') },
  'a token to make': { path: () => paths.settings.tokens(), bring: press(/token/i) },
  'a way to add': { path: () => paths.settings.alerts(), bring: press('Add a way') },
  'a price to add': { path: () => paths.settings.prices(), bring: press('Add a price') },
}

let house: House

test.beforeAll(async () => {
  const { workerIndex } = test.info()
  house = await aHouse(`states-${workerIndex}`)
  await registerAgent(`states-new-${workerIndex}`)
})

for (const [name, { path, bring }] of Object.entries(states)) {
  test(`${name}: nothing that axe finds, on a desk and on a phone`, async ({ page }) => {
    await page.clock.install()
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`${installation().panelUrl}${path(house)}`)
    await expect(page.getByText(/^live · /).first()).toBeVisible()
    await bring(page)
    await expectAccessibleOnBoth(page)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect.soft(width).toBeLessThanOrEqual(360)
  })
}

test('the menu of a phone: nothing that axe finds', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(`${installation().panelUrl}${paths.now()}`)
  await press(/^Menu/)(page)
  await expectAccessible(page, 'menu')
})

test.describe('to whoever is not signed in', () => {
  test.use({ storageState: { cookies: [], origins: [] } })

  test('the doors: nothing that axe finds, whatever they say', async ({ page }) => {
    const { panelUrl, link } = installation()
    await page.goto(`${panelUrl}${paths.signIn()}`)
    await expectAccessible(page, 'sign-in')
    await page.getByLabel('E-mail').fill('mira@example.com')
    await page.getByLabel('Password').fill('not her password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByText('This address and this password do not fit.')).toBeVisible()
    await expectAccessible(page, 'sign-in refused')
    await page.goto(link)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessible(page, 'a link that was used')
    await page.goto(`${panelUrl}${paths.invitation('nothing')}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessible(page, 'an invitation that is none')
  })
})
