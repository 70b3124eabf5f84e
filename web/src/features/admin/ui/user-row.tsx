import { Ban, CircleCheck, KeyRound } from 'lucide-react'
import { useState } from 'react'
import { explain } from '@/shared/api/problem'
import { useMe } from '@/shared/api/queries'
import type { AdminUser, PasswordReset } from '@/shared/api/types'
import { dayAndYear } from '@/shared/lib/time'
import { Avatar } from '@/shared/ui/avatar'
import { ConfirmDialog } from '@/shared/ui/confirm-dialog'
import { CopyField } from '@/shared/ui/copy-field'
import { Dialog } from '@/shared/ui/dialog'
import { Menu, type MenuItem } from '@/shared/ui/menu'
import { toast } from '@/shared/ui/toasts'
import { useMakeResetLink, useSetDisabled } from '../data/admin'

export function UserRow({ user }: { user: AdminUser }) {
  const me = useMe()
  const setDisabled = useSetDisabled()
  const makeLink = useMakeResetLink()
  const [asking, setAsking] = useState(false)
  const [link, setLink] = useState<PasswordReset>()
  const failed = (error: unknown) => toast(explain(error), 'failed')

  const items: MenuItem[] = [
    {
      label: 'Make a password link',
      icon: KeyRound,
      onSelect: () => void makeLink.mutateAsync(user.id).then(setLink).catch(failed),
    },
    user.disabled
      ? {
          label: 'Enable account',
          icon: CircleCheck,
          onSelect: () =>
            void setDisabled
              .mutateAsync({ userId: user.id, disabled: false })
              .then(() => toast(`${user.display_name} can sign in again.`))
              .catch(failed),
        }
      : { label: 'Disable account', icon: Ban, danger: true, onSelect: () => setAsking(true) },
  ]

  return (
    <li className="flex items-center gap-3">
      <Avatar userId={user.id} name={user.display_name} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium">{user.display_name}</span>
          {user.is_admin && <Tag>Administrator</Tag>}
          {user.disabled && <Tag danger>Disabled</Tag>}
        </p>
        <p className="truncate text-sm text-ink-soft">
          @{user.username} · since {dayAndYear(user.created_at)}
        </p>
      </div>
      {user.id !== me.id && <Menu label={`Actions for ${user.display_name}`} items={items} />}
      {asking && (
        <ConfirmDialog
          title={`Disable ${user.display_name}?`}
          action="Disable"
          onConfirm={() => setDisabled.mutateAsync({ userId: user.id, disabled: true })}
          onClose={() => setAsking(false)}
        >
          All their sessions and tokens end at once, and they cannot sign in. What they wrote stays.
        </ConfirmDialog>
      )}
      {link !== undefined && (
        <Dialog title="One-time password link" onClose={() => setLink(undefined)}>
          <CopyField
            label={`For ${user.display_name}`}
            value={new URL(link.url, window.location.href).href}
            hint="Works once, for 24 hours. It is not shown again; one made before is void."
          />
        </Dialog>
      )}
    </li>
  )
}

function Tag({ children, danger = false }: { children: string; danger?: boolean }) {
  return (
    <span
      className={
        'rounded-full px-2 py-0.5 text-xs font-medium ' +
        (danger ? 'bg-danger-soft text-danger' : 'bg-accent-soft text-accent-text')
      }
    >
      {children}
    </span>
  )
}
