import { Hash, Lock } from 'lucide-react'
import type { Visibility } from '@/shared/api/types'

export function RoomIcon({
  visibility,
  className,
}: {
  visibility: Visibility
  className?: string
}) {
  const Icon = visibility === 'private' ? Lock : Hash
  return (
    <Icon
      role="img"
      aria-label={visibility === 'private' ? 'Private' : 'Public'}
      className={className}
    />
  )
}
