import { useLocation } from 'wouter'
import { AddPeopleDialog, LeaveDialog, RoomSettingsDialog } from '@/features/rooms'
import type { Room } from '@/shared/api/types'

/** The dialogs of a room that have an address: /rooms/ID/settings, /add and /leave. */
export function RoomDialogs({ room, name }: { room: Room; name: string | undefined }) {
  const [, navigate] = useLocation()
  const home = () => navigate('/', { replace: true })
  const close = () => navigate(`/rooms/${room.id}`, { replace: true })
  switch (name) {
    case 'settings':
      return <RoomSettingsDialog room={room} onClose={close} onDeleted={home} />
    case 'add':
      return <AddPeopleDialog room={room} onClose={close} />
    case 'leave':
      return <LeaveDialog room={room} onClose={close} onLeft={home} />
    default:
      return null
  }
}
