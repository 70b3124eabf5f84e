import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { AddPeopleDialog, canManage, LeaveDialog, RoomSettingsDialog } from '@/features/rooms'
import type { Room } from '@/shared/api/types'

type RoomDialogsProps = { room: Room; name: string | undefined }

// Marks the entries of the browser's history that the app made over the room's own.
const overRoom = 'over-room'

/** Opens one of a room's dialogs. */
export function useOpenDialog(roomId: string) {
  const [, navigate] = useLocation()
  return (name: string) => navigate(`/rooms/${roomId}/${name}`, { state: overRoom })
}

/** The dialogs of a room that have an address: /rooms/ID/settings, /add and /leave. */
export function RoomDialogs({ room, name }: RoomDialogsProps) {
  const [, navigate] = useLocation()
  const closing = useRef(false)
  useEffect(() => {
    closing.current = false
  }, [name])

  const home = () => navigate('/', { replace: true })
  const close = () => {
    // Back to the room, so that it does not stand in the history twice. It takes a moment, and must not happen again.
    if (closing.current) return
    closing.current = true
    if (window.history.state === overRoom) window.history.back()
    else navigate(`/rooms/${room.id}`, { replace: true })
  }
  switch (name) {
    case 'settings':
      return <RoomSettingsDialog room={room} onClose={close} onDeleted={home} />
    case 'add':
      return canManage(room) ? <AddPeopleDialog room={room} onClose={close} /> : null
    case 'leave':
      return <LeaveDialog room={room} onClose={close} onLeft={home} />
    default:
      return null
  }
}
