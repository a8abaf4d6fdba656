import { expect, type Page } from '@playwright/test'

/** Follows the one-time link and makes the first administrator; ends signed in, on Now. */
export async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await fillIn(page, 'Mira K.', 'mira@example.com')
  await expect(page).toHaveURL(/\/settings\/connect$/)
  await page.goto(new URL(link).origin)
}

/** Fills in the form behind the one-time link, and sends it. */
export async function fillIn(page: Page, name: string, email: string): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: /account|administrator|begin|continue/i }).click()
}
