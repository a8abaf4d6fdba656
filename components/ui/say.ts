/** Says that something was done, for a moment, at the top of the page. Loaded when there is something to say. */
export function say(text: string, more = ''): void {
  void import('sonner').then(({ toast }) => toast.success(text, { description: more || undefined }))
}
