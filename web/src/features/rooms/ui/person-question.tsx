import type { Member, Room } from '@/shared/api/types'
import { ConfirmDialog } from '@/shared/ui/confirm-dialog'
import { useChangeRole, useRemoveMember } from '../data/mutations'

export type Asked = { kind: 'remove' | 'hand-over'; member: Member; name: string }

type PersonQuestionProps = { asked: Asked; room: Room; onClose: () => void }

export function PersonQuestion({ asked, room, onClose }: PersonQuestionProps) {
  const { kind, member, name } = asked
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
