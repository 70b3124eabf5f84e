import { CircleAlert, Clock } from 'lucide-react'
import { useRef } from 'react'
import type { User } from '@/shared/api/types'
import { useFocusLeft } from '@/shared/hooks/use-focus-left'
import { outbox, type OutboxItem } from '../data/outbox'
import { InlineButton } from './inline-button'
import { MessageRow } from './message-row'

type OutgoingRowProps = { item: OutboxItem; me: User; head: boolean; connected: boolean }

/** A message that has not come back from the server yet. */
export function OutgoingRow({ item, me, head, connected }: OutgoingRowProps) {
  return (
    <MessageRow
      author={{ user_id: me.id, username: me.username }}
      content={item.content}
      head={head}
      dimmed={item.state === 'pending'}
    >
      {item.state === 'pending' && (
        <p className="flex items-center gap-1.5 text-xs text-ink-soft">
          <Clock aria-hidden className="size-3.5" />
          {connected ? 'Sending…' : 'Waiting for the connection…'}
        </p>
      )}
      {item.state === 'failed' && <Failed item={item} />}
    </MessageRow>
  )
}

function Failed({ item }: { item: OutboxItem }) {
  const ref = useRef<HTMLParagraphElement>(null)
  useFocusLeft(ref)
  return (
    <p ref={ref} role="alert" className="flex flex-wrap items-center gap-x-3 text-sm text-danger">
      <span className="inline-flex items-center gap-1.5">
        <CircleAlert aria-hidden className="size-4 shrink-0" />
        Not sent. {item.reason}
      </span>
      <span className="inline-flex gap-1">
        <InlineButton label="Retry" onClick={() => outbox.retry(item.key)} />
        <InlineButton label="Discard" onClick={() => outbox.discard(item.key)} />
      </span>
    </p>
  )
}
