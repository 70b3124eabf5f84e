import { Crown, ShieldCheck, ShieldOff, UserMinus } from 'lucide-react'
import { useState } from 'react'
import { explain } from '@/shared/api/problem'
import { useMe } from '@/shared/api/queries'
import type { Member, Role, Room } from '@/shared/api/types'
import { Avatar } from '@/shared/ui/avatar'
import { ConfirmDialog } from '@/shared/ui/confirm-dialog'
import { cx } from '@/shared/ui/cx'
import { Menu, type MenuItem } from '@/shared/ui/menu'
import { toast } from '@/shared/ui/toasts'
import { useName } from '@/shared/users/names'
import { useChangeRole, useRemoveMember } from '../data/mutations'

type PersonRowProps = { member: Member; room: Room; online: boolean }

export function PersonRow({ member, room, online }: PersonRowProps) {
  const me = useMe()
  const name = useName(member.user_id, member.username)
  const [asking, setAsking] = useState<'remove' | 'hand-over'>()
  const items = useMemberActions(member, room, name, setAsking)

  return (
    <li className="group flex min-h-12 items-center gap-2.5 rounded-lg pr-1 pl-2 hover:bg-hover">
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
      {asking !== undefined && (
        <Question
          kind={asking}
          member={member}
          room={room}
          name={name}
          onClose={() => setAsking(undefined)}
        />
      )}
    </li>
  )
}

/** What I may do with this member, by my role and theirs. */
function useMemberActions(
  member: Member,
  room: Room,
  name: string,
  ask: (kind: 'remove' | 'hand-over') => void,
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
  const remove = { label: 'Remove', icon: UserMinus, danger: true, onSelect: () => ask('remove') }
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
    { label: 'Make the owner', icon: Crown, onSelect: () => ask('hand-over') },
    remove,
  ]
}

type QuestionProps = {
  kind: 'remove' | 'hand-over'
  member: Member
  room: Room
  name: string
  onClose: () => void
}

function Question({ kind, member, room, name, onClose }: QuestionProps) {
  const remove = useRemoveMember(room.id)
  const changeRole = useChangeRole(room.id)
  return kind === 'remove' ? (
    <ConfirmDialog
      title={`Remove ${name}?`}
      action="Remove"
      onConfirm={() => remove.mutateAsync(member.user_id)}
      onClose={onClose}
    >
      {name} will no longer read or write in {room.name}.
    </ConfirmDialog>
  ) : (
    <ConfirmDialog
      title={`Hand ${room.name} over?`}
      action="Hand over"
      onConfirm={() => changeRole.mutateAsync({ userId: member.user_id, role: 'owner' })}
      onClose={onClose}
    >
      {name} will be the owner, and you an admin. Only {name} can give it back.
    </ConfirmDialog>
  )
}
