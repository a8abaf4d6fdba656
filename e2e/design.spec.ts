import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { expectAccessible } from './support/axe.ts'
import { installation } from './support/installation.ts'
import { dataUrl, differences, sheetOf, type Specimen } from './support/pictures.ts'
import { expectReflow } from './support/reflow.ts'

/**
 * Every piece of the panel in every state, looked at by measure and by picture. `DESIGN_BASELINE=write` takes both anew,
 * after somebody has looked: run it twice, since the pictures are as large as the measures say.
 */

const folder = join(import.meta.dirname, 'design')
const isWriting = process.env['DESIGN_BASELINE'] === 'write'
const widths = { desk: 1440, phone: 360 } as const
/** A line of text may be a little wider in another Chromium, and then everything below it a little lower. */
const tolerance = 6

type Boxes = Record<string, readonly [width: number, height: number]>

async function open(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 900 })
  await page.goto(`${installation().panelUrl}${paths.design()}`)
  await expect(page.getByRole('heading', { name: 'Design' })).toBeVisible()
  await page.evaluate(() => document.fonts.ready)
  await expect(page.locator('svg text', { hasText: 'candidate' })).toBeVisible()
}

/** Where the specimens stand within the page. */
async function specimensOf(main: Locator): Promise<Specimen[]> {
  return await main.evaluate((element) => {
    const origin = element.getBoundingClientRect()
    return [...element.querySelectorAll<HTMLElement>('[data-specimen]')].map((each) => {
      const { x, y, width, height } = each.getBoundingClientRect()
      const name = each.dataset['specimen'] ?? ''
      return { name, x: x - origin.x, y: y - origin.y, width, height }
    })
  })
}

/** Width and height of every specimen, by its name. */
async function boxesOf(page: Page): Promise<Boxes> {
  return await page
    .locator('[data-specimen]')
    .evaluateAll((all) =>
      Object.fromEntries(
        all.map((each) => [
          (each as HTMLElement).dataset['specimen'] ?? '',
          [Math.round(each.clientWidth), Math.round(each.clientHeight)],
        ]),
      ),
    )
}

function keep(file: string, content: string | Buffer): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, file), content)
}

const measures = () =>
  JSON.parse(readFileSync(join(folder, 'measures.json'), 'utf8')) as Record<string, Boxes>

test('every piece has the measures that somebody looked at, on both widths', async ({ page }) => {
  const seen: Record<string, Boxes> = {}
  for (const [name, width] of Object.entries(widths)) {
    await open(page, width)
    seen[name] = await boxesOf(page)
  }
  if (isWriting) keep('measures.json', `${JSON.stringify(seen, null, 2)}\n`)
  const kept = measures()
  for (const name of Object.keys(widths)) {
    expect(Object.keys(seen[name] ?? {}), name).toEqual(Object.keys(kept[name] ?? {}))
    const differing = Object.entries(seen[name] ?? {}).filter(([specimen, [width, height]]) => {
      const [keptWidth, keptHeight] = kept[name]?.[specimen] ?? [0, 0]
      return Math.abs(width - keptWidth) > tolerance || Math.abs(height - keptHeight) > tolerance
    })
    expect(differing, name).toEqual([])
  }
})

for (const [name, width] of Object.entries(widths)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every piece looks as somebody saw it, ${name}, ${colorScheme}`, async ({ page, browser }, info) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await open(page, width)
      const main = page.locator('main')
      const specimens = await specimensOf(main)
      const picture = await main.screenshot({ animations: 'disabled' })
      const kept = measures()[name] ?? {}
      const seen = await sheetOf(browser, picture, specimens, kept)
      const file = `${name}-${colorScheme}.png`
      if (isWriting) keep(file, Buffer.from(seen.split(',')[1] ?? '', 'base64'))
      const looked = dataUrl(readFileSync(join(folder, file)))
      const names = specimens.map((specimen) => specimen.name)
      const differing = await differences(browser, looked, seen, names, kept)
      if (differing.length > 0) {
        await info.attach('as it is', { body: picture, contentType: 'image/png' })
        writeFileSync(info.outputPath('as-it-is.png'), picture)
      }
      expect(differing).toEqual([])
    })
  }
}

test('nothing of it is cut off or wider than its place, on any width or at twice the size', async ({
  page,
}) => {
  for (const width of [1440, 720, 360, 320]) {
    await open(page, width)
    await expectReflow(page, width, '[data-specimen]')
  }
})

test('has nothing that axe finds, in both themes', async ({ page }) => {
  await open(page, widths.desk)
  await expectAccessible(page, 'design')
})

const controls = '[data-specimen] :is(button, input, select, textarea, a[href]):not([disabled])'

/** What can be reached by keyboard and shows nothing when it is. */
async function withoutRing(page: Page): Promise<string[]> {
  const missing: string[] = []
  for (const control of await page.locator(controls).all()) {
    await control.focus()
    // By keyboard, as `:focus-visible` wants it.
    await page.keyboard.press('Shift')
    const shows = await control.evaluate((element) => {
      const seen = [element, element.parentElement].map((each) => each && getComputedStyle(each))
      const before = getComputedStyle(element, '::before')
      return [...seen, before].some(
        (style) => style && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
      )
    })
    if (!shows)
      missing.push((await control.textContent()) || (await control.getAttribute('name')) || 'a field')
  }
  return missing
}

for (const forcedColors of ['none', 'active'] as const) {
  test(`every control shows that it has the focus, forced colours ${forcedColors}`, async ({ page }) => {
    await page.emulateMedia({ forcedColors })
    await open(page, widths.desk)
    await page.keyboard.press('Tab')
    expect(await withoutRing(page)).toEqual([])
  })
}

test('a button says that it is hovered and pressed; one that is off does not', async ({ page }) => {
  await open(page, widths.desk)
  const backgroundOf = (button: Locator) =>
    button.evaluate((element) => getComputedStyle(element).backgroundColor)
  for (const variant of ['primary', 'danger', 'outline', 'ghost']) {
    const specimen = page.locator(`[data-specimen="button ${variant}"]`)
    const button = specimen.getByRole('button', { name: 'Middle' })
    const rest = await backgroundOf(button)
    await button.hover()
    await expect.poll(() => backgroundOf(button), variant).not.toBe(rest)
    await page.mouse.down()
    expect(await button.evaluate((element) => getComputedStyle(element).translate), variant).not.toBe('none')
    await page.mouse.up()
    const off = specimen.getByRole('button', { name: 'Off' })
    const offRest = await backgroundOf(off)
    await off.hover()
    expect(await backgroundOf(off), variant).toBe(offRest)
  }
})

test('what is pressed in an emergency is as tall as a thumb', async ({ page }) => {
  await open(page, widths.phone)
  const heights = await page
    .locator('[data-specimen^="button"]')
    .getByRole('button', { name: /Large|Roll back|Pause/ })
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height))
  expect(heights.length).toBeGreaterThan(4)
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44)
})

test('nothing moves for whoever asks for no motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await open(page, widths.desk)
  const moving = () =>
    page.evaluate(() =>
      document
        .getAnimations()
        .filter(
          ({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().duration !== 0,
        )
        .map((each) => (each as CSSAnimation).animationName),
    )
  await expect.poll(async () => (await moving()).filter((name) => name !== undefined)).toEqual([])
})
