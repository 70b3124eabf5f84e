import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { Composer, Timeline } from '@/features/messages'
import { TypingLine, usePresence, useSayTyping } from '@/features/presence'
import { JoinPanel, markRead, PeoplePanel, readSoFar, RoomHeader, useRoom } from '@/features/rooms'
import { explain, hasCode } from '@/shared/api/problem'
import { serverQuery } from '@/shared/api/queries'
import type { Room } from '@/shared/api/types'
import { useMedia } from '@/shared/hooks/use-media'
import { Drawer } from '@/shared/ui/drawer'
import { ErrorNote } from '@/shared/ui/notes'
import { rememberRoom } from './last-room'
import { NotFound } from './not-found'
import { PageHeader } from './page-header'
import { RoomDialogs, useOpenDialog } from './room-dialogs'
import { useTitle } from './title'

type RoomPageProps = {
  roomId: string
  /** What stands in the URL after the room's id. */
  dialog: string | undefined
  unread: number
  onMenu: () => void
}

export function RoomPage({ roomId, dialog, unread, onMenu }: RoomPageProps) {
  const { room, error } = useRoom(roomId)
  if (room !== undefined) {
    return <RoomView key={roomId} room={room} dialog={dialog} unread={unread} onMenu={onMenu} />
  }
  return (
    <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
      <PageHeader title="Room" onMenu={onMenu} />
      {error !== null &&
        (hasCode(error, 'not_found', 'forbidden') ? (
          <NotFound title="This room is not there">
            It may have been deleted, or it is private and you are not in it.
          </NotFound>
        ) : (
          <ErrorNote className="m-6">{explain(error)}</ErrorNote>
        ))}
    </main>
  )
}

type RoomViewProps = Omit<RoomPageProps, 'roomId'> & { room: Room }

function RoomView({ room, dialog, unread, onMenu }: RoomViewProps) {
  const open = useOpenDialog(room.id)
  const wide = useMedia('(min-width: 72rem)')
  const [people, setPeople] = useState({ wide: true, narrow: false })
  const peopleShown = wide ? people.wide : people.narrow
  const member = room.role !== null
  useTitle(room.name)
  useEffect(() => rememberRoom(room.id), [room.id])

  const onPeople = () =>
    setPeople((before) => ({ ...before, [wide ? 'wide' : 'narrow']: !peopleShown }))
  const panel = <People room={room} onAdd={() => open('add')} />

  return (
    <div className="flex min-h-0 flex-1">
      <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
        <RoomHeader
          room={room}
          peopleShown={peopleShown}
          onMenu={onMenu}
          onPeople={onPeople}
          onOpen={open}
        />
        {member ? <Conversation room={room} unread={unread} /> : <JoinPanel room={room} />}
      </main>
      {member && peopleShown && wide && (
        <aside
          aria-label="People"
          className="flex w-66 shrink-0 flex-col border-l border-line bg-sidebar"
        >
          {panel}
        </aside>
      )}
      {member && peopleShown && !wide && (
        <Drawer label="People" side="right" onClose={onPeople}>
          {panel}
        </Drawer>
      )}
      {member && <RoomDialogs room={room} name={dialog} />}
    </div>
  )
}

function Conversation({ room, unread }: { room: Room; unread: number }) {
  const { data: server } = useQuery(serverQuery)
  // The line "New" stays where it was when the room was opened, and only if there was something new.
  const [readBefore] = useState(() => (unread > 0 ? readSoFar(room.id) : undefined))
  const typing = useSayTyping(room.id)
  const onSeen = useCallback(
    (newest: { seq: number; messages: number }) => markRead(room.id, newest),
    [room.id],
  )
  return (
    <>
      <Timeline room={room} readBefore={readBefore} onSeen={onSeen} />
      <Composer
        room={room}
        maxLength={server?.limits.message_length ?? 4000}
        onTyping={typing.typed}
        onSent={typing.sent}
      />
      <div className="shrink-0 pb-[env(safe-area-inset-bottom)]">
        <TypingLine roomId={room.id} />
      </div>
    </>
  )
}

function People({ room, onAdd }: { room: Room; onAdd: () => void }) {
  const present = usePresence(room.id, room.role !== null)
  const online = useMemo(() => new Set(present.map((user) => user.user_id)), [present])
  return <PeoplePanel room={room} online={online} onAdd={onAdd} />
}
