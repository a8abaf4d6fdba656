import { Skeleton } from '#components/ui/Skeleton.tsx'

export default function Loading() {
  return (
    <>
      <div className="h-12 border-b border-line md:h-[52px]" />
      <div role="status" aria-label="Reading…" className="max-w-[1240px] px-4 pt-4 md:px-7 md:pt-6">
        <Skeleton className="h-6 w-56" />
        <Skeleton className="mt-2.5 h-4 w-80 max-w-full" />
        <Skeleton className="mt-8 h-32 rounded-card" />
        <Skeleton className="mt-4 h-64 rounded-card" />
      </div>
    </>
  )
}
