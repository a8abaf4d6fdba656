import { Answers } from './Answers.tsx'
import { keepEarlyClick } from './keepEarlyClick.ts'

/** Keeps what was pressed before the page answered. */
export function EarlyClicks() {
  return (
    <>
      {/* Before any other script; our own words, and nobody else's. */}
      <script dangerouslySetInnerHTML={{ __html: `(${keepEarlyClick.toString()})()` }} />
      <Answers />
    </>
  )
}
