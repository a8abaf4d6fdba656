import Link from 'next/link'
import { Fragment, type ReactNode } from 'react'
import { SearchButton } from '#components/keys/SearchButton.tsx'
import { LiveBadge } from '#components/live/LiveBadge.tsx'
import { MobileNav } from './MobileNav.tsx'

export interface Crumb {
  readonly label: string
  /** Left out for the page itself. */
  readonly href?: string
  readonly mono?: boolean
}

export interface PageProps {
  /** Where this page is, the last one being itself. */
  readonly crumbs: readonly Crumb[]
  readonly children: ReactNode
}

/** A screen of the panel: where it is, how fresh it is, and what it shows. */
export function Page({ crumbs, children }: PageProps) {
  return (
    <>
      <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b border-line bg-bg/90 px-4 backdrop-blur-sm md:h-[52px] md:px-7">
        <MobileNav />
        <Crumbs crumbs={crumbs} />
        <span className="ml-auto flex shrink-0 items-center gap-1 md:gap-3">
          <LiveBadge />
          <SearchButton />
        </span>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="max-w-[1240px] px-4 pt-4 pb-36 outline-none md:px-7 md:pt-6 md:pb-24"
      >
        {children}
      </main>
    </>
  )
}

function Crumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb" className="min-w-0">
      <ol className="flex min-w-0 items-center gap-2 text-ink-3">
        {crumbs.map((crumb, index) => (
          <Fragment key={crumb.label}>
            {index > 0 && (
              <li aria-hidden className="hidden sm:block">
                /
              </li>
            )}
            <li className={crumb.href ? 'hidden shrink-0 sm:block' : 'min-w-0 truncate'}>
              {crumb.href ? (
                <Link href={crumb.href} className="rounded hover:text-ink">
                  {crumb.label}
                </Link>
              ) : (
                <b
                  aria-current="page"
                  className={crumb.mono ? 'mono font-semibold text-ink' : 'font-[560] text-ink'}
                >
                  {crumb.label}
                </b>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  )
}

export interface PageTitleProps {
  readonly title: ReactNode
  readonly lede?: ReactNode
  /** A control at the right. */
  readonly aside?: ReactNode
  /** The heading itself is news: read out when it changes. */
  readonly live?: boolean | undefined
}

/** The page's one heading and the sentence under it. */
export function PageTitle({ title, lede, aside, live }: PageTitleProps) {
  return (
    <div className="mb-[18px] flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <h1 aria-live={live ? 'polite' : undefined} className="text-xl font-[620] tracking-[-0.018em]">
          {title}
        </h1>
        {lede && <p className="mt-1 text-ink-2">{lede}</p>}
      </div>
      {aside}
    </div>
  )
}
