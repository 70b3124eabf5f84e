import type { Room, User } from '@/shared/api/types'
import { dayLabel } from '@/shared/lib/time'
import type { Row } from '../data/rows'
import { MessageRow } from './message-row'
import { OutgoingRow } from './outgoing-row'
import { Start } from './start'
import { SystemRow } from './system-row'

type TimelineRowProps = { row: Row; room: Room; me: User; connected: boolean }

export function TimelineRow({ row, room, me, connected }: TimelineRowProps) {
  switch (row.kind) {
    case 'start':
      return <Start room={room} />
    case 'day':
      return <Divider>{dayLabel(row.timestamp)}</Divider>
    case 'new':
      return <NewDivider />
    case 'system':
      return <SystemRow entries={row.entries} />
    case 'outgoing':
      return <OutgoingRow item={row.item} me={me} head={row.head} connected={connected} />
    case 'message':
      return (
        <MessageRow
          author={row.entry}
          content={row.entry.content}
          head={row.head}
          timestamp={row.entry.timestamp}
        />
      )
  }
}

function Divider({ children }: { children: string }) {
  return (
    <div className="flex items-center gap-3 px-4 pt-5 pb-1 sm:px-6">
      <span className="h-px flex-1 bg-line" />
      <h3 className="rounded-full border border-line bg-canvas px-3 py-0.5 text-xs font-medium text-ink-soft">
        {children}
      </h3>
      <span className="h-px flex-1 bg-line" />
    </div>
  )
}

function NewDivider() {
  return (
    <div className="flex items-center gap-3 px-4 pt-3 sm:px-6">
      <span className="h-px flex-1 bg-danger/60" />
      <h3 className="text-xs font-semibold text-danger">New</h3>
    </div>
  )
}
