/** A road that turns back on itself. */
export function BrandMark({ className = 'size-[22px]' }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 22 22" fill="none" className={className}>
      <path
        d="M4 17h9.5a4 4 0 0 0 0-8H8.5a3 3 0 0 1 0-6H18"
        stroke="var(--candidate)"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
      <path
        d="m7 13.4-3.4 3.6L7 20.6"
        stroke="var(--ink)"
        strokeWidth="2.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

export function Brand() {
  return (
    <span className="flex items-center gap-[9px] font-[640] tracking-[-0.01em]">
      <BrandMark />
      Switchback
    </span>
  )
}
