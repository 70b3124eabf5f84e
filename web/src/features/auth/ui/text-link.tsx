import type { ReactNode } from 'react'
import { Link } from 'wouter'

export function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      className="inline-block py-2 font-medium text-accent-text underline decoration-accent-text/40 underline-offset-2 hover:decoration-accent-text"
    >
      {children}
    </Link>
  )
}
