import { Search } from 'lucide-react'
import { useDeferredValue } from 'react'
import { useLocation, useSearch } from 'wouter'
import { explain } from '@/shared/api/problem'
import { Button } from '@/shared/ui/button'
import { inputStyle } from '@/shared/ui/field'
import { EmptyState, ErrorNote, Skeleton } from '@/shared/ui/notes'
import { usePublicRooms } from '../data/queries'
import { PublicRoom } from './public-room'

/** All public rooms of the server, to look through and to search; the search stands in the URL. */
export function BrowsePage() {
  const search = useSearch()
  const q = new URLSearchParams(search).get('q') ?? ''
  const [, navigate] = useLocation()
  const rooms = usePublicRooms(useDeferredValue(q.trim()))
  const found = rooms.data?.pages.flatMap((page) => page.items)

  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-2xl flex-col gap-4 px-4 py-6">
        <search>
          <label className="relative block">
            <span className="sr-only">Search public rooms</span>
            <Search
              aria-hidden
              className="pointer-events-none absolute top-3 left-3 size-[1.1rem] text-ink-faint"
            />
            <input
              type="search"
              value={q}
              placeholder="Search public rooms"
              maxLength={64}
              onChange={(event) => navigate(browseUrl(event.target.value), { replace: true })}
              className={`${inputStyle} h-11 pl-10`}
            />
          </label>
        </search>
        {rooms.error !== null && <ErrorNote>{explain(rooms.error)}</ErrorNote>}
        {found === undefined && rooms.error === null && <BrowseSkeleton />}
        {found?.length === 0 && (
          <EmptyState
            icon={Search}
            title={q === '' ? 'No public rooms yet' : 'No room of that name'}
          >
            {q === '' ? 'Create the first one.' : 'Private rooms are not listed here.'}
          </EmptyState>
        )}
        {found !== undefined && found.length > 0 && (
          <ul className="flex flex-col gap-2" aria-label="Public rooms">
            {found.map((room) => (
              <PublicRoom key={room.id} room={room} />
            ))}
          </ul>
        )}
        {rooms.hasNextPage && (
          <Button
            className="self-center"
            busy={rooms.isFetchingNextPage}
            onClick={() => void rooms.fetchNextPage()}
          >
            Show more
          </Button>
        )}
      </div>
    </div>
  )
}

const browseUrl = (q: string) =>
  q === '' ? '/browse' : `/browse?${new URLSearchParams({ q }).toString()}`

function BrowseSkeleton() {
  return (
    <div role="status" aria-label="Loading rooms" className="flex flex-col gap-2">
      {[1, 2, 3, 4].map((row) => (
        <Skeleton key={row} className="h-18 rounded-xl" />
      ))}
    </div>
  )
}
