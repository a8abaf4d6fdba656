import Link from 'next/link'
import { paths } from '#lib/paths.ts'
import { Brand } from './Brand.tsx'
import { NavLinks } from './NavLinks.tsx'
import { Person } from './Person.tsx'

/** The places of the panel, at the left of a wide screen. */
export function SideNav() {
  return (
    <nav
      aria-label="Main"
      className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-sunken px-2.5 pt-3.5 pb-3 md:flex"
    >
      <Link href={paths.now()} aria-label="Switchback: Now" className="mb-2.5 rounded-lg px-2 py-1">
        <Brand />
      </Link>
      <NavLinks />
      <div className="mt-auto">
        <Person />
      </div>
    </nav>
  )
}
