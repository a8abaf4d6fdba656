import { gzipSync } from 'node:zlib'

/**
 * How heavy the scripts are that a document names itself, gzipped, in kB (10³ bytes): those that come later are not part of
 * the first load, and those for old browsers alone are loaded by nobody.
 */
export async function firstScriptsKb(url: string, html: string): Promise<number> {
  const tags = [...html.matchAll(/<script[^>]+src="([^"]+)"[^>]*>/g)]
  const wanted = new Set(tags.filter(([tag]) => !/nomodule/i.test(tag)).map(([, src = '']) => src))
  const sizes = await Promise.all(
    [...wanted].map(async (src) => {
      const answer = await fetch(new URL(src, url), { headers: { 'accept-encoding': 'identity' } })
      return gzipSync(Buffer.from(await answer.arrayBuffer())).length
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0) / 1000
}
