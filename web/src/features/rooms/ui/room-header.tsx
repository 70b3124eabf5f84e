import { LogOut, Menu as MenuIcon, Settings, UserPlus, Users } from 'lucide-react'
import type { Room } from '@/shared/api/types'
import { IconButton } from '@/shared/ui/icon-button'
import { Menu, type MenuItem } from '@/shared/ui/menu'
import { RoomIcon } from './room-icon'

type RoomHeaderProps = {
  room: Room
  peopleShown: boolean
  onMenu: () => void
  onPeople: () => void
  onOpen: (dialog: 'settings' | 'add' | 'leave') => void
}

export const canManage = (room: Room): boolean => room.role === 'owner' || room.role === 'admin'

export function RoomHeader({ room, peopleShown, onMenu, onPeople, onOpen }: RoomHeaderProps) {
  const member = room.role !== null
  const items: MenuItem[] = [
    { label: 'Room settings', icon: Settings, onSelect: () => onOpen('settings') },
    ...(canManage(room)
      ? [{ label: 'Add people', icon: UserPlus, onSelect: () => onOpen('add') }]
      : []),
    { label: 'Leave room', icon: LogOut, danger: true, onSelect: () => onOpen('leave') },
  ]
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line pr-2 pl-2 md:pl-5">
      <IconButton icon={MenuIcon} label="Show rooms" className="md:hidden" onClick={onMenu} />
      <div className="min-w-0 flex-1 pl-1">
        <h1 className="flex items-center gap-1.5 leading-tight font-semibold">
          <RoomIcon visibility={room.visibility} className="size-4 shrink-0 text-ink-faint" />
          <span className="truncate">{room.name}</span>
        </h1>
        {room.description !== '' && (
          <p className="truncate text-sm leading-tight text-ink-soft" title={room.description}>
            {room.description}
          </p>
        )}
      </div>
      {member && (
        <>
          <button
            type="button"
            aria-pressed={peopleShown}
            aria-label={`People (${room.member_count})`}
            title="People"
            onClick={onPeople}
            className="inline-flex h-10 items-center gap-1.5 rounded-lg px-2.5 text-sm font-medium text-ink-soft tabular-nums hover:bg-hover hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
          >
            <Users aria-hidden className="size-[1.2rem]" />
            {room.member_count.toLocaleString()}
          </button>
          <Menu label="Room menu" items={items} />
        </>
      )}
    </header>
  )
}
