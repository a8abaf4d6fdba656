import type { ReactNode } from 'react'

/** A named piece of the panel in one state. The tests that look at the design go by the name. */
export function Specimen({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <figure data-specimen={name} className={wide ? 'col-span-full min-w-0' : 'min-w-0'}>
      <figcaption className="mb-1.5 text-xs text-ink-3">{name}</figcaption>
      {children}
    </figure>
  )
}

/** What belongs together, under one heading. */
export function Sheet({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="mt-8">
      <h2 className="mb-3 text-lg font-[620]">{title}</h2>
      <div className="grid items-start gap-x-6 gap-y-5 sm:grid-cols-2 lg:grid-cols-3">{children}</div>
    </section>
  )
}
