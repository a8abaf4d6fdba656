/** Once the browser has nothing else to do: for what is needed soon, and not now. Answers how to call it off. */
export function whenIdle(work: () => void): () => void {
  // Not every browser has it.
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(work, 500)
    return () => clearTimeout(timer)
  }
  const id = requestIdleCallback(work, { timeout: 2_000 })
  return () => cancelIdleCallback(id)
}
