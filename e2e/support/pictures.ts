import type { Browser } from '@playwright/test'

/**
 * Pictures of specimens, a quarter as wide and as high. Letters are drawn a little otherwise by every version of a browser;
 * in a block of 16 by 16 pixels that comes to nothing, while a colour, a mark or a line that is gone does not.
 */

export interface Specimen {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const shrink = 4

/** One picture of all specimens of a page, each shrunk to its kept size, under each other. As a data URL. */
export async function sheetOf(
  browser: Browser,
  picture: Buffer,
  specimens: readonly Specimen[],
  kept: Readonly<Record<string, readonly [width: number, height: number]>>,
): Promise<string> {
  const places = specimens.map((specimen) => {
    const [width, height] = kept[specimen.name] ?? [specimen.width, specimen.height]
    return { ...specimen, to: [Math.ceil(width / shrink), Math.ceil(height / shrink)] as const }
  })
  return await inBlankPage(browser, async (page) =>
    page.evaluate(
      async ({ url, all }) => {
        const image = new Image()
        image.src = url
        await image.decode()
        const canvas = document.createElement('canvas')
        canvas.width = Math.max(...all.map(({ to }) => to[0]))
        canvas.height = all.reduce((sum, { to }) => sum + to[1], 0)
        const context = canvas.getContext('2d')
        if (!context) throw new Error('There is no canvas')
        context.imageSmoothingQuality = 'high'
        let top = 0
        for (const { x, y, width, height, to } of all) {
          context.drawImage(image, x, y, width, height, 0, top, to[0], to[1])
          top += to[1]
        }
        return canvas.toDataURL('image/png')
      },
      { url: dataUrl(picture), all: places },
    ),
  )
}

export function dataUrl(png: Buffer): string {
  return `data:image/png;base64,${png.toString('base64')}`
}

/** A block counts as another one from this mean difference of a colour channel on, of 255. */
const anotherFrom = 14

/** The specimens of two such sheets that do not look alike, each with how many of its blocks are others. */
export async function differences(
  browser: Browser,
  one: string,
  other: string,
  names: readonly string[],
  kept: Readonly<Record<string, readonly [width: number, height: number]>>,
): Promise<string[]> {
  const rows = names.map((name) => ({ name, height: Math.ceil((kept[name]?.[1] ?? 0) / shrink) }))
  return await inBlankPage(browser, async (page) =>
    page.evaluate(
      async ({ urls, rows: all, limit }) => {
        const [first, second] = await Promise.all(
          urls.map(async (url) => {
            const image = new Image()
            image.src = url
            await image.decode()
            const canvas = document.createElement('canvas')
            canvas.width = image.width
            canvas.height = image.height
            const context = canvas.getContext('2d')
            if (!context) throw new Error('There is no canvas')
            context.drawImage(image, 0, 0)
            return context.getImageData(0, 0, image.width, image.height)
          }),
        )
        if (!first || !second) throw new Error('There are two pictures')
        if (first.width !== second.width || first.height !== second.height) return ['the sheet as a whole']
        const side = 4
        const meanAt = (data: ImageData, x: number, y: number, bottom: number, channel: number) => {
          let [sum, count] = [0, 0]
          for (let row = y; row < Math.min(y + side, bottom); row += 1) {
            for (let column = x; column < Math.min(x + side, data.width); column += 1) {
              sum += data.data[(row * data.width + column) * 4 + channel] ?? 0
              count += 1
            }
          }
          return sum / count
        }
        const found: string[] = []
        let top = 0
        for (const { name, height } of all) {
          let others = 0
          for (let y = top; y < top + height; y += side) {
            for (let x = 0; x < first.width; x += side) {
              const isOther = [0, 1, 2].some((channel) => {
                const [a, b] = [first, second].map((data) => meanAt(data, x, y, top + height, channel))
                return Math.abs((a ?? 0) - (b ?? 0)) > limit
              })
              if (isOther) others += 1
            }
          }
          if (others > 0) found.push(`${name}: ${others} blocks`)
          top += height
        }
        return found
      },
      { urls: [one, other], rows, limit: anotherFrom },
    ),
  )
}

async function inBlankPage<T>(
  browser: Browser,
  work: (page: Awaited<ReturnType<Browser['newPage']>>) => Promise<T>,
): Promise<T> {
  const page = await browser.newPage()
  try {
    return await work(page)
  } finally {
    await page.close()
  }
}
