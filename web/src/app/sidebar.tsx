import { Compass, LogOut, Plus, Settings, ShieldCheck } from 'lucide-react'
import { Link, useLocation, useRoute } from 'wouter'
import { signOut } from '@/features/auth'
import { RoomList } from '@/features/rooms'
import { explain } from '@/shared/api/problem'
import type { User } from '@/shared/api/types'
import { Avatar } from '@/shared/ui/avatar'
import { cx } from '@/shared/ui/cx'
import { IconButton } from '@/shared/ui/icon-button'
import { Logo } from '@/shared/ui/logo'
import { Menu, type MenuItem } from '@/shared/ui/menu'
import { toast } from '@/shared/ui/toasts'

type SidebarProps = {
  me: User
  unread: ReadonlyMap<string, number>
  onNavigate: () => void
  onCreate: () => void
}

export function Sidebar({ me, unread, onNavigate, onCreate }: SidebarProps) {
  const [browsing] = useRoute('/browse')
  return (
    <nav aria-label="Rooms" className="flex h-full flex-col pt-[env(safe-area-inset-top)]">
      <div className="flex h-14 shrink-0 items-center gap-2.5 pr-2 pl-4">
        <Logo className="size-7" />
        <span className="flex-1 text-lg font-semibold tracking-tight">Parley</span>
      </div>
      <div className="px-2 pb-2">
        <Link
          href="/browse"
          onClick={onNavigate}
          aria-current={browsing ? 'page' : undefined}
          className={cx(
            'flex min-h-10 items-center gap-2.5 rounded-lg px-3',
            browsing
              ? 'bg-accent-soft font-medium text-accent-text'
              : 'text-ink-soft hover:bg-hover',
          )}
        >
          <Compass aria-hidden className="size-4" /> Find rooms
        </Link>
      </div>
      <div className="flex items-center justify-between pr-2 pl-5">
        <h2 className="text-xs font-semibold text-ink-faint">My rooms</h2>
        <IconButton icon={Plus} label="Create a room" onClick={onCreate} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        <RoomList unread={unread} onNavigate={onNavigate} />
      </div>
      <Account me={me} onNavigate={onNavigate} />
    </nav>
  )
}

function Account({ me, onNavigate }: { me: User; onNavigate: () => void }) {
  const [, navigate] = useLocation()
  const go = (path: string) => () => {
    onNavigate()
    navigate(path)
  }
  const leave = async () => {
    try {
      await signOut()
      navigate('/sign-in')
    } catch (error) {
      toast(explain(error), 'failed')
    }
  }
  const items: MenuItem[] = [
    { label: 'Settings', icon: Settings, onSelect: go('/settings') },
    ...(me.is_admin
      ? [{ label: 'Administration', icon: ShieldCheck, onSelect: go('/admin') }]
      : []),
    { label: 'Sign out', icon: LogOut, onSelect: () => void leave() },
  ]
  return (
    <div className="flex shrink-0 items-center gap-2.5 border-t border-line py-2 pr-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] pl-4">
      <Avatar userId={me.id} name={me.display_name} />
      <div className="min-w-0 flex-1 leading-tight">
        <p className="truncate font-medium">{me.display_name}</p>
        <p className="truncate text-xs text-ink-faint">@{me.username}</p>
      </div>
      <Menu label="My account" icon={Settings} items={items} />
    </div>
  )
}
