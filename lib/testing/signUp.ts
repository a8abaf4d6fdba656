import type { Browser, BrowserContext } from '@playwright/test'
import type { Installation } from './launched.ts'

/** What a browser holds that is signed in. */
export type SignedIn = Awaited<ReturnType<BrowserContext['storageState']>>

/** Makes the first administrator from the one-time link, by this name. */
export async function signUp(browser: Browser, { link }: Installation, name: string): Promise<SignedIn> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(link)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill('first@example.com')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: /administrator/i }).click()
  await page.waitForURL((url) => url.pathname !== '/welcome')
  const state = await context.storageState()
  await context.close()
  return state
}
