import { Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { explain } from '@/shared/api/problem'
import { Button } from '@/shared/ui/button'
import { inputStyle } from '@/shared/ui/field'
import { ErrorNote, Skeleton } from '@/shared/ui/notes'
import { Rows, Section } from '@/shared/ui/page-layout'
import { useUsers } from '../data/admin'
import { UserRow } from './user-row'

export function UsersSection() {
  const [q, setQ] = useState('')
  const users = useUsers(useDeferredValue(q.trim()))
  const found = users.data?.pages.flatMap((page) => page.items)
  return (
    <Section title="People" lead="All accounts of this server.">
      <search>
        <label className="relative block">
          <span className="sr-only">Search people</span>
          <Search
            aria-hidden
            className="pointer-events-none absolute top-2.5 left-3 size-[1.1rem] text-ink-faint"
          />
          <input
            type="search"
            value={q}
            maxLength={64}
            placeholder="Search by name"
            onChange={(event) => setQ(event.target.value)}
            className={`${inputStyle} h-10 pl-10`}
          />
        </label>
      </search>
      {users.error !== null && <ErrorNote>{explain(users.error)}</ErrorNote>}
      {found === undefined && users.error === null && <Skeleton className="h-40 rounded-xl" />}
      {found?.length === 0 && <p className="text-ink-soft">Nobody of that name.</p>}
      {found !== undefined && found.length > 0 && (
        <Rows label="People">
          {found.map((user) => (
            <UserRow key={user.id} user={user} />
          ))}
        </Rows>
      )}
      {users.hasNextPage && (
        <Button busy={users.isFetchingNextPage} onClick={() => void users.fetchNextPage()}>
          Show more
        </Button>
      )}
    </Section>
  )
}
