import { UserPlus } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { explain } from '@/shared/api/problem'
import type { Room } from '@/shared/api/types'
import { IconButton } from '@/shared/ui/icon-button'
import { ErrorNote, Skeleton } from '@/shared/ui/notes'
import { useMembers } from '../data/queries'
import { PeopleList } from './people-list'
import { PersonQuestion, type Asked } from './person-question'
import { PersonRow } from './person-row'
import { canManage } from './room-header'

type PeoplePanelProps = {
  room: Room
  /** Ids of those who are here now. */
  online: ReadonlySet<string>
  onAdd: () => void
}

export function PeoplePanel({ room, online, onAdd }: PeoplePanelProps) {
  const { data: members, error } = useMembers(room.id)
  const scroller = useRef<HTMLDivElement>(null)
  // Kept here, for a row comes and goes with who is here.
  const [asked, setAsked] = useState<Asked>()
  const [here, away] = useMemo(() => {
    const all = members ?? []
    return [
      all.filter((one) => online.has(one.user_id)),
      all.filter((one) => !online.has(one.user_id)),
    ]
  }, [members, online])

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-14 shrink-0 items-center justify-between pr-2 pl-4">
        <h2 className="font-semibold">People</h2>
        {canManage(room) && <IconButton icon={UserPlus} label="Add people" onClick={onAdd} />}
      </div>
      <div
        ref={scroller}
        role="group"
        aria-label="Members"
        // Takes the focus of what goes away in it, with a row or alone.
        tabIndex={-1}
        className="relative min-h-0 flex-1 overflow-y-auto px-2 pb-3 focus-visible:outline-offset-[-2px]"
      >
        {error !== null && <ErrorNote>{explain(error)}</ErrorNote>}
        {members === undefined && error === null && <PeopleSkeleton />}
        <PeopleList title="Here now" people={here} scroller={scroller}>
          {(member) => (
            <PersonRow key={member.user_id} member={member} room={room} online onAsk={setAsked} />
          )}
        </PeopleList>
        <PeopleList title="Away" people={away} scroller={scroller}>
          {(member) => (
            <PersonRow
              key={member.user_id}
              member={member}
              room={room}
              online={false}
              onAsk={setAsked}
            />
          )}
        </PeopleList>
      </div>
      {asked !== undefined && (
        <PersonQuestion asked={asked} room={room} onClose={() => setAsked(undefined)} />
      )}
    </div>
  )
}

function PeopleSkeleton() {
  return (
    <div role="status" aria-label="Loading people" className="flex flex-col gap-4 px-2 py-2">
      {['w-1/2', 'w-2/3', 'w-2/5'].map((width) => (
        <div key={width} className="flex items-center gap-2.5">
          <Skeleton className="size-9 rounded-[0.6rem]" />
          <Skeleton className={`h-3.5 ${width}`} />
        </div>
      ))}
    </div>
  )
}
