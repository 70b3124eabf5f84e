import { MonitorSmartphone } from 'lucide-react'
import { useState } from 'react'
import { explain } from '@/shared/api/problem'
import type { Session } from '@/shared/api/types'
import { dayAndYear, pastTime } from '@/shared/lib/time'
import { Button } from '@/shared/ui/button'
import { ConfirmDialog } from '@/shared/ui/confirm-dialog'
import { ErrorNote, Skeleton } from '@/shared/ui/notes'
import { Rows, Section } from '@/shared/ui/page-layout'
import { toast } from '@/shared/ui/toasts'
import { signOutEverywhere, useEndSession, useSessions } from '../data/account'

export function SessionsSection() {
  const { data: sessions, error } = useSessions()
  const [asking, setAsking] = useState(false)
  return (
    <Section title="Sessions" lead="Where you are signed in.">
      {error !== null && <ErrorNote>{explain(error)}</ErrorNote>}
      {sessions === undefined && error === null && <Skeleton className="h-24 rounded-xl" />}
      {sessions !== undefined && (
        <Rows label="Sessions">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </Rows>
      )}
      <Button variant="danger-ghost" className="self-start" onClick={() => setAsking(true)}>
        Sign out everywhere…
      </Button>
      {asking && (
        <ConfirmDialog
          title="Sign out everywhere?"
          action="Sign out everywhere"
          onConfirm={signOutEverywhere}
          onClose={() => setAsking(false)}
        >
          All your sessions end, this one too. Personal access tokens stay.
        </ConfirmDialog>
      )}
    </Section>
  )
}

function SessionRow({ session }: { session: Session }) {
  const end = useEndSession()
  const onEnd = () => {
    end
      .mutateAsync(session.id)
      .then(() => toast('Session ended.'))
      .catch((error: unknown) => toast(explain(error), 'failed'))
  }
  return (
    <li className="flex items-center gap-3">
      <MonitorSmartphone aria-hidden className="size-5 shrink-0 text-ink-faint" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{session.device}</p>
        <p className="text-sm text-ink-soft">
          {session.current ? (
            <span className="font-medium text-accent-text">This session</span>
          ) : (
            `Last used ${pastTime(session.last_used_at)}`
          )}
          {` · since ${dayAndYear(session.created_at)}`}
        </p>
      </div>
      {!session.current && (
        <Button
          busy={end.isPending}
          onClick={onEnd}
          aria-label={`End the session ${session.device}`}
        >
          End
        </Button>
      )}
    </li>
  )
}
