import type { ReactNode } from 'react'
import { Brand } from '#components/shell/Brand.tsx'

/** A page for whoever is not in yet. */
export function Door({ title, lede, children }: { title: string; lede?: ReactNode; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[25rem] flex-col justify-center px-5 py-10">
      <div className="mb-6 text-lg">
        <Brand />
      </div>
      <div className="rounded-card border border-line bg-surface p-6 shadow-card">
        <h1 className="text-xl font-[620] tracking-[-0.018em]">{title}</h1>
        {lede && <p className="mt-1 text-ink-2">{lede}</p>}
        <div className="mt-5">{children}</div>
      </div>
    </main>
  )
}
