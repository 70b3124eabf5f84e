/** The same drawing as public/favicon.svg. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 64 64" aria-hidden className={className}>
      <rect width="64" height="64" rx="15" fill="#0e6e6e" />
      <path
        d="M14 20a6 6 0 0 1 6-6h20a6 6 0 0 1 6 6v11a6 6 0 0 1-6 6H27l-8 7v-7a5 5 0 0 1-5-5z"
        fill="#fff"
      />
      <path
        d="M50 25.5a6 6 0 0 1 3 5.200V42a5 5 0 0 1-4 4.900V54l-8.200-7H30a6 6 0 0 1-5-2.700l3.500-3.100H41a9 9 0 0 0 9-9z"
        fill="#8fe3d6"
      />
    </svg>
  )
}
