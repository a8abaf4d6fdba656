import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { firstScriptsKb } from '#lib/testing/firstScripts.ts'
import { screens } from '#lib/testing/screens.ts'
import { aHouse } from './support/house.ts'
import { installation } from './support/installation.ts'

/** What a phone at night has to fetch before these screens answer. */
const mostKb = 180

test('Now, a rollout and an incident begin with less than 180 kB of scripts', async ({ page }) => {
  const house = await aHouse('weight')
  for (const [name, path] of Object.entries({
    now: paths.now(),
    rollout: screens.rollout(house),
    incident: screens.incident(house),
  })) {
    const url = `${installation().panelUrl}${path}`
    const html = await (await page.request.get(url)).text()
    const kb = await firstScriptsKb(url, html)
    expect.soft(kb, name).toBeLessThan(mostKb)
    // A page that names none would be light for nothing.
    expect.soft(kb, name).toBeGreaterThan(100)
  }
})
