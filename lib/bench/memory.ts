import type { Page } from '@playwright/test'

/** What a page holds once its garbage was collected. */
export interface Memory {
  /** Of its scripts, MB (10⁶ bytes). */
  readonly heapMb: number
  readonly nodes: number
  readonly listeners: number
}

/** Reads the memory of a page as often as it is asked. Chromium only. */
export async function memoryOf(page: Page): Promise<() => Promise<Memory>> {
  const devtools = await page.context().newCDPSession(page)
  return async () => {
    await devtools.send('HeapProfiler.collectGarbage')
    const { usedSize } = await devtools.send('Runtime.getHeapUsage')
    const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters')
    return { heapMb: usedSize / 1e6, nodes, listeners: jsEventListeners }
  }
}
