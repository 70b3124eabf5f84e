import type { Room } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import { ConfirmDialog } from '@/shared/ui/confirm-dialog'
import { Dialog, DialogActions } from '@/shared/ui/dialog'
import { useLeaveRoom } from '../data/mutations'

type LeaveDialogProps = { room: Room; onLeft: () => void; onClose: () => void }

export function LeaveDialog({ room, onLeft, onClose }: LeaveDialogProps) {
  const leave = useLeaveRoom()
  if (room.role === 'owner') {
    return (
      <Dialog title={`You own ${room.name}`} onClose={onClose}>
        <p className="text-ink-soft">
          Make somebody else the owner before you leave: choose “Make the owner” beside their name
          in the list of people. Or delete the room in its settings.
        </p>
        <DialogActions>
          <Button variant="primary" onClick={onClose}>
            All right
          </Button>
        </DialogActions>
      </Dialog>
    )
  }
  return (
    <ConfirmDialog
      title={`Leave ${room.name}?`}
      action="Leave room"
      onConfirm={() => leave.mutateAsync(room.id)}
      onDone={onLeft}
      onClose={onClose}
    >
      {room.visibility === 'private'
        ? 'You can come back only when somebody adds or invites you.'
        : 'You can join again whenever you like.'}
    </ConfirmDialog>
  )
}
