import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { cx } from './cx'

export type PageTab = { href: string; label: string }

type TabbedPageProps = { label: string; tabs: PageTab[]; current: string; children: ReactNode }

/** A page of sections, each with an address of its own. */
export function TabbedPage({ label, tabs, current, children }: TabbedPageProps) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-2xl px-4 pb-16 sm:px-6">
        <nav aria-label={label} className="-mx-1 flex gap-1 overflow-x-auto px-1 py-4">
          {tabs.map((tab) => (
            <Link
              key={tab.href}
              href={tab.href}
              aria-current={tab.href === current ? 'page' : undefined}
              className={cx(
                'inline-flex h-10 shrink-0 items-center rounded-lg px-3.5 font-medium',
                tab.href === current
                  ? 'bg-accent-soft text-accent-text'
                  : 'text-ink-soft hover:bg-hover hover:text-ink',
              )}
            >
              {tab.label}
            </Link>
          ))}
        </nav>
        {children}
      </div>
    </div>
  )
}

type SectionProps = { title: string; lead?: ReactNode; children: ReactNode }

export function Section({ title, lead, children }: SectionProps) {
  return (
    <section aria-label={title} className="mt-2 mb-10 flex flex-col gap-4">
      <div>
        <h2 className="text-lg font-semibold">{title}</h2>
        {lead !== undefined && <p className="text-ink-soft">{lead}</p>}
      </div>
      {children}
    </section>
  )
}

/** A box of rows with a line between each. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul
      aria-label={label}
      className="divide-y divide-line rounded-xl border border-line bg-raised [&>li]:px-4 [&>li]:py-2.5"
    >
      {children}
    </ul>
  )
}
