import type { ReactNode } from 'react'
import { Logo } from '@/shared/ui/logo'

type AuthLayoutProps = { title: string; lead?: ReactNode; children: ReactNode; footer?: ReactNode }

/** The page around every form of somebody who is not signed in. */
export function AuthLayout({ title, lead, children, footer }: AuthLayoutProps) {
  return (
    <main className="h-(--app-height,100dvh) overflow-y-auto bg-sidebar pb-[env(safe-area-inset-bottom)]">
      <div className="mx-auto flex min-h-full w-full max-w-md flex-col justify-center px-4 py-10">
        <div className="mb-6 flex items-center justify-center gap-3">
          <Logo className="size-10" />
          <span className="text-2xl font-semibold tracking-tight">Parley</span>
        </div>
        <div className="animate-rise rounded-2xl border border-line bg-raised p-6 shadow-sm sm:p-8">
          <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
          {lead !== undefined && <div className="mt-1 text-ink-soft">{lead}</div>}
          <div className="mt-6">{children}</div>
        </div>
        {footer !== undefined && <div className="mt-5 text-center text-ink-soft">{footer}</div>}
      </div>
    </main>
  )
}
