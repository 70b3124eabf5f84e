import { useMemo } from 'react'
import { useMe } from '@/shared/api/queries'
import { explain } from '@/shared/api/problem'
import type { Room } from '@/shared/api/types'
import { useStore } from '@/shared/lib/store'
import { Button } from '@/shared/ui/button'
import { ErrorNote } from '@/shared/ui/notes'
import { outbox } from '../data/outbox'
import { useTimeline } from '../data/query'
import { rowsOf } from '../data/rows'
import { Announcer } from './announcer'
import { Rows } from './rows'
import { TimelineSkeleton } from './skeleton'

type TimelineProps = {
  room: Room
  /** How many messages the reader had read when the room was opened. */
  readBefore: number | undefined
  /** The reader has the newest message before their eyes. */
  onSeen: (newest: { seq: number; messages: number }) => void
}

export function Timeline({ room, readBefore, onSeen }: TimelineProps) {
  const { timeline, error, retry, loadOlder, loadingOlder } = useTimeline(room.id)
  const me = useMe()
  const items = useStore(outbox.items)
  const rows = useMemo(() => {
    const outgoing = items.filter((item) => item.roomId === room.id)
    return timeline === undefined ? [] : rowsOf({ timeline, outgoing, me: me.id, readBefore })
  }, [timeline, items, me.id, readBefore, room.id])

  if (error !== null) {
    return (
      <div className="flex flex-1 flex-col items-center justify-center gap-3 p-6">
        <ErrorNote>{explain(error)}</ErrorNote>
        <Button onClick={() => void retry()}>Try again</Button>
      </div>
    )
  }
  if (timeline === undefined) return <TimelineSkeleton />
  return (
    <>
      <Rows
        room={room}
        rows={rows}
        hasOlder={timeline.hasOlder}
        loadingOlder={loadingOlder}
        loadOlder={loadOlder}
        newest={timeline.entries.at(-1)}
        onSeen={onSeen}
      />
      <Announcer entries={timeline.entries} me={me.id} />
    </>
  )
}
