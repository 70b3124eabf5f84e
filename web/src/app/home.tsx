import { Compass, MessagesSquare, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Redirect, useLocation } from 'wouter'
import { useMyRooms } from '@/features/rooms'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/notes'
import { lastRoom } from './last-room'
import { useTitle } from './title'

type HomeProps = { desktop: boolean; sidebar: ReactNode; onCreate: () => void }

/** On a phone the rooms themselves; elsewhere the room that was open last, or a welcome. */
export function Home({ desktop, sidebar, onCreate }: HomeProps) {
  const { data: rooms } = useMyRooms()
  const [, navigate] = useLocation()
  useTitle('Parley')

  if (!desktop) {
    return (
      <main id="main" tabIndex={-1} className="min-h-0 flex-1 bg-sidebar outline-none">
        {sidebar}
      </main>
    )
  }
  if (rooms === undefined) return <main id="main" tabIndex={-1} aria-busy className="flex-1" />
  const last = lastRoom()
  const room = rooms.find(({ id }) => id === last) ?? rooms[0]
  if (room !== undefined) return <Redirect to={`/rooms/${room.id}`} replace />
  return (
    <main id="main" tabIndex={-1} className="flex flex-1 flex-col justify-center outline-none">
      <EmptyState
        icon={MessagesSquare}
        title="Welcome to Parley"
        action={
          <>
            <Button variant="primary" onClick={onCreate}>
              <Plus aria-hidden className="size-4" /> Create a room
            </Button>
            <Button onClick={() => navigate('/browse')}>
              <Compass aria-hidden className="size-4" /> Find rooms
            </Button>
          </>
        }
      >
        Conversations happen in rooms. Create your first, or join one that is there already.
      </EmptyState>
    </main>
  )
}
