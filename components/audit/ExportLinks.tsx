import { Download } from 'lucide-react'
import { buttonClass } from '#components/ui/Button.tsx'
import { paths } from '#lib/paths.ts'

/** The record as a file, under the conditions that the page is under. Times in it are UTC. */
export function ExportLinks({ filter }: { filter: Readonly<Record<string, string>> }) {
  return (
    <>
      <a href={paths.auditExport('csv', filter)} download className={buttonClass()}>
        <Download aria-hidden />
        Export CSV
      </a>
      <a href={paths.auditExport('jsonl', filter)} download className={buttonClass()}>
        <Download aria-hidden />
        Export JSON Lines
      </a>
    </>
  )
}
