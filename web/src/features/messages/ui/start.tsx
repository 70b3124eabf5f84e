import { Hash, Lock } from 'lucide-react'
import type { Room } from '@/shared/api/types'
import { dayAndYear } from '@/shared/lib/time'

/** Above the first message: what this room is. */
export function Start({ room }: { room: Room }) {
  const Icon = room.visibility === 'private' ? Lock : Hash
  return (
    <div className="px-4 pb-2 sm:px-6">
      <span className="mb-3 inline-flex rounded-2xl bg-accent-soft p-3.5 text-accent-text">
        <Icon aria-hidden className="size-6" />
      </span>
      <h2 className="text-xl font-semibold">{room.name}</h2>
      <p className="max-w-prose text-ink-soft">
        {room.visibility === 'private'
          ? 'This is the beginning of a private room. Only those who are invited find it.'
          : 'This is the beginning of a public room. Everyone on this server may find and join it.'}{' '}
        Created on {dayAndYear(room.created_at)}.
      </p>
      {room.description !== '' && (
        <p className="mt-2 max-w-prose whitespace-pre-wrap">{room.description}</p>
      )}
    </div>
  )
}
