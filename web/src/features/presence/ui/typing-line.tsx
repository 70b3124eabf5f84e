import { useName } from '@/shared/users/names'
import { useTypists } from '../data/typing'

/** Its height is always there, so that nothing moves when somebody begins to type. */
export function TypingLine({ roomId }: { roomId: string }) {
  const typists = useTypists(roomId)
  const [first, second] = typists
  return (
    <div className="flex h-6 items-center gap-2 overflow-hidden px-4 text-xs text-ink-soft sm:px-6">
      {first !== undefined && (
        <>
          <Dots />
          <span className="truncate">
            {typists.length > 2 ? (
              'Several people are typing…'
            ) : (
              <>
                <Name person={first} />
                {second !== undefined && (
                  <>
                    {' and '}
                    <Name person={second} />
                  </>
                )}
                {second === undefined ? ' is typing…' : ' are typing…'}
              </>
            )}
          </span>
        </>
      )}
    </div>
  )
}

function Name({ person }: { person: { user_id: string; username: string } }) {
  return <strong className="font-medium">{useName(person.user_id, person.username)}</strong>
}

function Dots() {
  return (
    <span aria-hidden className="inline-flex gap-0.5">
      <span className="size-1.5 animate-breathe rounded-full bg-ink-faint" />
      <span className="size-1.5 animate-breathe rounded-full bg-ink-faint [animation-delay:200ms]" />
      <span className="size-1.5 animate-breathe rounded-full bg-ink-faint [animation-delay:400ms]" />
    </span>
  )
}
