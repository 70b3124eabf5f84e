import { memo, type ReactNode } from 'react'
import { clockTime, exactTime } from '@/shared/lib/time'
import { splitLinks } from '@/shared/lib/links'
import { Avatar, hueStyle } from '@/shared/ui/avatar'
import { cx } from '@/shared/ui/cx'
import { useName } from '@/shared/users/names'

type MessageRowProps = {
  author: { user_id: string; username: string }
  content: string
  /** Whether the author's name and picture stand above. */
  head: boolean
  timestamp?: string | undefined
  dimmed?: boolean
  children?: ReactNode
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { author, content, head, timestamp, dimmed, children } = props
  const name = useName(author.user_id, author.username)
  return (
    <article
      aria-label={timestamp === undefined ? name : `${name}, ${clockTime(timestamp)}`}
      className={cx('group flex gap-3 px-4 py-px hover:bg-hover sm:px-6', head && 'mt-3 pt-1')}
    >
      {/* A time that is wider goes over the margin, not over the text. */}
      <div className="flex w-9 shrink-0 justify-end">
        {head ? (
          <Avatar userId={author.user_id} name={name} />
        ) : (
          timestamp !== undefined && (
            <Time timestamp={timestamp} className="invisible group-hover:visible" />
          )
        )}
      </div>
      <div className="min-w-0 flex-1">
        {head && (
          <div className="flex items-baseline gap-2 leading-tight">
            <span style={hueStyle(author.user_id)} className="truncate font-semibold text-face">
              {name}
            </span>
            {name !== author.username && (
              <span className="truncate text-xs text-ink-faint max-sm:hidden">
                @{author.username}
              </span>
            )}
            {timestamp !== undefined && <Time timestamp={timestamp} />}
          </div>
        )}
        <Content text={content} dimmed={dimmed === true} />
        {children}
      </div>
    </article>
  )
})

function Time({ timestamp, className }: { timestamp: string; className?: string }) {
  return (
    <time
      dateTime={timestamp}
      title={exactTime(timestamp)}
      className={cx('shrink-0 text-xs whitespace-nowrap text-ink-faint tabular-nums', className)}
    >
      {clockTime(timestamp)}
    </time>
  )
}

type ContentProps = { text: string; dimmed: boolean }

/** Text is text: line breaks are kept, web addresses become links, and nothing else means anything. */
const Content = memo(function Content({ text, dimmed }: ContentProps) {
  return (
    <p dir="auto" className={cx('whitespace-pre-wrap', dimmed && 'text-ink-soft')}>
      {splitLinks(text).map((part, index) =>
        part.href === undefined ? (
          part.text
        ) : (
          <a
            // The parts of a text never change their order.
            key={index}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
            className="text-accent-text underline decoration-accent-text/40 underline-offset-2 hover:decoration-accent-text"
          >
            {part.text}
          </a>
        ),
      )}
    </p>
  )
})
