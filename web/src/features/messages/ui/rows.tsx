import { useState } from 'react'
import { Virtualizer } from 'virtua'
import { useMe } from '@/shared/api/queries'
import type { Room } from '@/shared/api/types'
import { useSocketState } from '@/shared/socket/context'
import type { Row } from '../data/rows'
import { Older, useOlder } from './older'
import { TimelineRow } from './row'
import { ToEnd } from './to-end'
import { useScroll } from './use-scroll'
import { useSeen, type Newest } from './use-seen'

// Pixels above the first row: the height of <Older>.
const headroom = 56

type RowsProps = {
  room: Room
  rows: Row[]
  hasOlder: boolean
  loadingOlder: boolean
  loadOlder: () => Promise<void>
  newest: Newest | undefined
  onSeen: (newest: Newest) => void
}

export function Rows({ room, rows, hasOlder, loadingOlder, loadOlder, newest, onSeen }: RowsProps) {
  const me = useMe()
  const connected = useSocketState().phase === 'open'
  const prepending = usePrepending(rows)
  const last = rows.at(-1)
  const older = useOlder(hasOlder, loadOlder)
  const { scroller, atEnd, toEnd, onScroll } = useScroll({
    count: rows.length,
    lastId: last?.id,
    lastIsMine: last?.kind === 'outgoing',
    onNearStart: older.onNearStart,
  })
  useSeen(atEnd, newest, onSeen)

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={`Messages in ${room.name}`}
        // A region that scrolls must be reachable by the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onScroll={onScroll}
        className="flex min-h-0 flex-1 flex-col overflow-x-hidden overflow-y-auto overscroll-contain pb-2 [overflow-anchor:none] focus-visible:outline-offset-[-2px]"
      >
        <div className="grow" />
        <Older loading={loadingOlder} failed={older.failed} onRetry={older.retry} />
        <Virtualizer
          scrollRef={scroller}
          shift={prepending}
          startMargin={headroom}
          bufferSize={600}
          itemSize={44}
        >
          {rows.map((row) => (
            <TimelineRow key={row.id} row={row} room={room} me={me} connected={connected} />
          ))}
        </Virtualizer>
      </div>
      <ToEnd atEnd={atEnd} messages={newest?.messages ?? 0} onClick={toEnd} />
    </div>
  )
}

/**
 * Whether these rows, compared with those before, begin with an older page. Lines of who came and went, which arrive one by
 * one, do not count: the list waits after a shift for a scroll that need not come when everything fits.
 */
function usePrepending(rows: Row[]): boolean {
  const first = rows.find((row) => row.kind === 'message')?.id
  const [state, setState] = useState({ rows, first, prepending: false })
  if (state.rows !== rows) {
    setState({ rows, first, prepending: state.first !== undefined && state.first !== first })
  }
  return state.prepending
}
