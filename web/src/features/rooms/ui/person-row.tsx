import { Crown, ShieldCheck, ShieldOff, UserMinus } from 'lucide-react'
import { explain } from '@/shared/api/problem'
import { useMe } from '@/shared/api/queries'
import type { Member, Role, Room } from '@/shared/api/types'
import { Avatar } from '@/shared/ui/avatar'
import { cx } from '@/shared/ui/cx'
import { Menu, type MenuItem } from '@/shared/ui/menu'
import { toast } from '@/shared/ui/toasts'
import { useName } from '@/shared/users/names'
import { useChangeRole } from '../data/mutations'
import type { Asked } from './person-question'

type PersonRowProps = {
  member: Member
  room: Room
  online: boolean
  /** Asks before something that is not easily undone. */
  onAsk: (asked: Asked) => void
}

export function PersonRow({ member, room, online, onAsk }: PersonRowProps) {
  const me = useMe()
  const name = useName(member.user_id, member.username)
  const items = useMemberActions(member, room, name, onAsk)

  return (
    <div className="group flex min-h-12 items-center gap-2.5 rounded-lg pr-1 pl-2 hover:bg-hover">
      <Avatar userId={member.user_id} name={name} online={online} />
      <div className={cx('min-w-0 flex-1 leading-tight', !online && 'text-ink-soft')}>
        <p className="truncate font-medium">
          {name}
          {member.user_id === me.id && <span className="font-normal text-ink-faint"> (you)</span>}
        </p>
        <p className="truncate text-xs text-ink-faint">
          @{member.username}
          {member.role !== 'member' && ` · ${member.role}`}
        </p>
      </div>
      {items.length > 0 && (
        // Where there is a pointer to hover with, the button waits for it, or for the focus.
        <div className="on-hover">
          <Menu label={`Actions for ${name}`} items={items} />
        </div>
      )}
    </div>
  )
}

/** What I may do with this member, by my role and theirs. */
function useMemberActions(
  member: Member,
  room: Room,
  name: string,
  ask: (asked: Asked) => void,
): MenuItem[] {
  const me = useMe()
  const changeRole = useChangeRole(room.id)
  const isOwner = room.role === 'owner'
  if (member.user_id === me.id || member.role === 'owner') return []
  if (!isOwner && !(room.role === 'admin' && member.role === 'member')) return []

  const setRole = (role: Role, said: string) => {
    changeRole
      .mutateAsync({ userId: member.user_id, role })
      .then(() => toast(said))
      .catch((error: unknown) => toast(explain(error), 'failed'))
  }
  const remove = {
    label: 'Remove',
    icon: UserMinus,
    danger: true,
    onSelect: () => ask({ kind: 'remove', member, name }),
  }
  if (!isOwner) return [remove]
  return [
    member.role === 'admin'
      ? {
          label: 'Make a member',
          icon: ShieldOff,
          onSelect: () => setRole('member', `${name} is a member now.`),
        }
      : {
          label: 'Make an admin',
          icon: ShieldCheck,
          onSelect: () => setRole('admin', `${name} is an admin now.`),
        },
    {
      label: 'Make the owner',
      icon: Crown,
      onSelect: () => ask({ kind: 'hand-over', member, name }),
    },
    remove,
  ]
}
