import type { CDPSession, Page } from '@playwright/test'

/** What a page holds once its garbage was collected. */
export interface Memory {
  /** Of its scripts, MB (10⁶ bytes): their values, and their code, which the browser compiles further while it is in use. */
  readonly heapMb: number
  /** The values alone: how many objects, arrays and functions can be reached. */
  readonly objects: number
  readonly nodes: number
  readonly listeners: number
}

/** Reads the memory of a page as often as it is asked. Chromium only. */
export async function memoryOf(page: Page): Promise<() => Promise<Memory>> {
  const devtools = await page.context().newCDPSession(page)
  return async () => {
    await devtools.send('HeapProfiler.collectGarbage')
    const { usedSize } = await devtools.send('Runtime.getHeapUsage')
    const objects = await countObjects(devtools)
    const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters')
    return { heapMb: usedSize / 1e6, objects, nodes, listeners: jsEventListeners }
  }
}

async function countObjects(devtools: CDPSession): Promise<number> {
  const objectGroup = 'counted'
  const { result } = await devtools.send('Runtime.evaluate', { expression: 'Object.prototype', objectGroup })
  const prototypeObjectId = String(result.objectId)
  const { objects } = await devtools.send('Runtime.queryObjects', { prototypeObjectId, objectGroup })
  const { result: count } = await devtools.send('Runtime.callFunctionOn', {
    objectId: String(objects.objectId),
    functionDeclaration: 'function () { return this.length }',
    returnByValue: true,
  })
  await devtools.send('Runtime.releaseObjectGroup', { objectGroup })
  return Number(count.value)
}
