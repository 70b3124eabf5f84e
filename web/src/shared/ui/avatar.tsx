import type { CSSProperties } from 'react'
import { hueOf, initials } from '@/shared/lib/people'
import { cx } from './cx'

const sizes = {
  sm: 'size-6 rounded-md text-[0.62rem]',
  md: 'size-9 rounded-[0.6rem] text-[0.8rem]',
  lg: 'size-16 rounded-2xl text-xl',
}

type AvatarProps = {
  userId: string
  name: string
  size?: keyof typeof sizes
  /** Whether to show a dot, and which. */
  online?: boolean | undefined
}

/** A person's colour and initials. Decoration: the name stands beside it. */
export function Avatar({ userId, name, size = 'md', online }: AvatarProps) {
  return (
    <span aria-hidden className="relative inline-flex shrink-0 select-none">
      <span
        style={hueStyle(userId)}
        className={cx(
          'inline-flex items-center justify-center font-semibold tracking-wide text-white bg-face',
          sizes[size],
        )}
      >
        {initials(name)}
      </span>
      {online !== undefined && (
        <span
          className={cx(
            'absolute -right-0.5 -bottom-0.5 size-2.5 rounded-full ring-2 ring-sidebar',
            online ? 'bg-here' : 'border-2 border-line-strong bg-sidebar',
          )}
        />
      )}
    </span>
  )
}

/** Sets a person's hue, for bg-face and text-face. */
export function hueStyle(userId: string): CSSProperties {
  return { '--hue': hueOf(userId) } as CSSProperties
}
