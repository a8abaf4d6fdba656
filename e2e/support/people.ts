import { type Browser, type BrowserContextOptions, expect, type Page } from '@playwright/test'
import { installation } from './installation.ts'

/** What people do to have an account, in the browser. */

export const password = 'correct horse battery'

/** Invites somebody in the administrator's browser; answers with the one-time link. */
export async function invite(page: Page, name: string, email: string, role: string): Promise<string> {
  await page.goto(`${installation().panelUrl}/settings/people`)
  await page.getByRole('button', { name: 'Invite a person' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite a person' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByLabel('Role 1', { exact: true }).selectOption({ label: role })
  await dialog.getByRole('button', { name: 'Invite person' }).click()
  await provedIfAsked(page)
  const link = await page.getByLabel(`The sign-in link of ${name}`).first().innerText()
  await page.getByRole('button', { name: 'Close: I have sent the link' }).click()
  return link.trim()
}

/** Enters the password where the sign-in is older than five minutes. */
export async function provedIfAsked(page: Page): Promise<void> {
  const again = page.getByRole('dialog', { name: 'Enter your password again' })
  const done = page
    .getByText(/is invited|Roles changed|signed out everywhere|Slack account entered|Copy the token now/)
    .first()
  await expect(again.or(done).first()).toBeVisible()
  if (!(await again.isVisible())) return
  await again.getByLabel('Password').fill(password)
  await again.getByRole('button', { name: 'Confirm it is me' }).click()
  await expect(done).toBeVisible()
}

/** A browser of their own, with the password set by the link. */
export async function enterBy(
  browser: Browser,
  link: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] }, ...options })
  const page = await context.newPage()
  await page.goto(link)
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Set password and sign in' }).click()
  await expect(page).toHaveURL(`${installation().panelUrl}/`)
  return page
}
