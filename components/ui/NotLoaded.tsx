'use client'

/** In the place of a part whose scripts did not come. */
export function NotLoaded() {
  return (
    <p role="alert" className="rounded-lg border border-hold-line bg-hold-bg px-3.5 py-2.5 text-sm">
      This part could not be loaded; Switchback may have been updated.{' '}
      <button
        type="button"
        className="font-[560] underline underline-offset-2"
        onClick={() => location.reload()}
      >
        Reload the page
      </button>
      . What can be pressed elsewhere on it works all the same.
    </p>
  )
}
