import type { Browser, BrowserContext, Page } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import type { Installation } from './launched.ts'
import { goodPassword } from './people.ts'

/** What a browser holds that is signed in. */
export type SignedIn = Awaited<ReturnType<BrowserContext['storageState']>>

/** Makes the first administrator from the one-time link, by this name. */
export async function signUp(browser: Browser, { link }: Installation, name: string): Promise<SignedIn> {
  return await signedInBy(browser, async (page) => {
    await page.goto(link)
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('E-mail').fill('first@example.com')
    await page.getByLabel('Password').fill(goodPassword)
    await page.getByRole('button', { name: /administrator/i }).click()
    await page.waitForURL((url) => url.pathname !== '/welcome')
  })
}

/** Signs in somebody who is there, with their password. */
export async function signIn(browser: Browser, { panelUrl }: Installation, email: string): Promise<SignedIn> {
  return await signedInBy(browser, async (page) => {
    await page.goto(`${panelUrl}${paths.signIn()}`)
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(goodPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => url.pathname !== paths.signIn())
  })
}

async function signedInBy(browser: Browser, enter: (page: Page) => Promise<void>): Promise<SignedIn> {
  const context = await browser.newContext()
  await enter(await context.newPage())
  const state = await context.storageState()
  await context.close()
  return state
}
