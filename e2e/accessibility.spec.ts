import { expect, test } from '@playwright/test'
import { type House, places, screens } from '#lib/testing/screens.ts'
import { expectAccessibleOnBoth } from './support/axe.ts'
import { expectForcedColours } from './support/forcedColours.ts'
import { aHouse } from './support/house.ts'
import { installation } from './support/installation.ts'
import { expectReflow } from './support/reflow.ts'

/** Every screen with something on it, as other eyes and hands meet it. */

let house: House

test.beforeAll(async () => {
  house = await aHouse(`axe-${test.info().workerIndex}`)
})

for (const [name, path] of Object.entries({ ...places, ...screens })) {
  test(`${name}: nothing that axe finds, nothing cut off at twice the size, and all of it in forced colours`, async ({
    page,
  }) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`${installation().panelUrl}${typeof path === 'string' ? path : path(house)}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessibleOnBoth(page)
    // 1440 pixels at twice the size, and the width at which WCAG 1.4.10 wants no scrolling aside.
    for (const width of [720, 320]) await expectReflow(page, width, 'body')
    await expectForcedColours(page)
  })
}
