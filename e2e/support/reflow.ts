import { expect, type Page } from '@playwright/test'

/** Nothing is wider than the window, and no text is cut off that is not meant to be. Within `scope`, a selector. */
export async function expectReflow(page: Page, width: number, scope: string): Promise<void> {
  await page.setViewportSize({ width, height: 900 })
  const seen = () =>
    page.evaluate(
      (within) => ({
        width: document.documentElement.scrollWidth,
        cut: [...document.querySelectorAll(within)]
          .flatMap((each) => [...each.querySelectorAll('button, a, h1, h2, p, dd, dt, figcaption')])
          .filter((each) => !each.closest('.truncate, table, pre, svg, .sr-only'))
          .filter(
            (each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline',
          )
          .map((each) => each.textContent.slice(0, 60)),
      }),
      scope,
    )
  // Charts take their new width a frame later.
  await expect.soft.poll(seen, { message: `at ${width}`, timeout: 5_000 }).toEqual({ width, cut: [] })
}
