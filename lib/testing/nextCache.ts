/** Stands in for `next/cache` in tests: nothing is kept, so nothing has to be dropped. */
export function revalidatePath(): void {}
