import { Name } from '@/shared/users/name'
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
                <strong className="font-medium">
                  <Name person={first} />
                </strong>
                {second !== undefined && (
                  <>
                    {' and '}
                    <strong className="font-medium">
                      <Name person={second} />
                    </strong>
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

function Dots() {
  return (
    <span aria-hidden className="inline-flex gap-0.5">
      <span className="size-1.5 animate-breathe rounded-full bg-ink-faint" />
      <span className="size-1.5 animate-breathe rounded-full bg-ink-faint [animation-delay:200ms]" />
      <span className="size-1.5 animate-breathe rounded-full bg-ink-faint [animation-delay:400ms]" />
    </span>
  )
}
