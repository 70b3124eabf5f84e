import { Menu } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { AdminPage } from '@/features/admin'
import { BrowsePage, CreateRoomDialog, useMyRooms, useUnread } from '@/features/rooms'
import { SettingsPage } from '@/features/settings'
import type { User } from '@/shared/api/types'
import { useMedia } from '@/shared/hooks/use-media'
import { Drawer } from '@/shared/ui/drawer'
import { IconButton } from '@/shared/ui/icon-button'
import { ConnectionBanner } from './connection-banner'
import { ErrorBoundary } from './error-boundary'
import { Home } from './home'
import { PageHeader } from './page-header'
import { RoomPage } from './room-page'
import { Sidebar } from './sidebar'
import { NotFound } from './not-found'
import { useUnreadInTitle } from './title'

/** The frame around every page: rooms on the left, the page, and on small screens the rooms in a drawer. */
export function Shell({ me }: { me: User }) {
  const desktop = useMedia('(min-width: 48rem)')
  const [drawer, setDrawer] = useState(false)
  const [creating, setCreating] = useState(false)
  const [path, navigate] = useLocation()
  const { data } = useMyRooms()
  const rooms = useMemo(() => data ?? [], [data])
  const unread = useUnread(rooms)
  useUnreadInTitle([...unread.values()].reduce((sum, count) => sum + count, 0))

  const openDrawer = () => setDrawer(true)
  const sidebar = (
    <Sidebar
      me={me}
      unread={unread}
      onNavigate={() => setDrawer(false)}
      onCreate={() => {
        setDrawer(false)
        setCreating(true)
      }}
    />
  )

  return (
    <div className="flex h-(--app-height,100dvh) overflow-hidden bg-sidebar pr-[env(safe-area-inset-right)] pl-[env(safe-area-inset-left)]">
      <a
        href="#main"
        className="absolute -top-20 left-3 z-50 rounded-lg bg-accent px-4 py-2 font-medium text-accent-ink focus:top-3"
      >
        Skip to the conversation
      </a>
      {desktop && <div className="w-68 shrink-0 border-r border-line">{sidebar}</div>}
      {!desktop && drawer && (
        <Drawer label="Rooms" side="left" onClose={() => setDrawer(false)}>
          {sidebar}
        </Drawer>
      )}
      <div className="flex min-w-0 flex-1 flex-col bg-canvas">
        <ConnectionBanner />
        <ErrorBoundary
          page={path}
          menu={
            <IconButton
              icon={Menu}
              label="Show rooms"
              className="m-2 md:hidden"
              onClick={openDrawer}
            />
          }
        >
          <Switch>
            <Route path="/">
              <Home desktop={desktop} sidebar={sidebar} onCreate={() => setCreating(true)} />
            </Route>
            <Route path="/rooms/:id/*?">
              {({ id, '*': dialog }) => (
                <RoomPage
                  roomId={id}
                  dialog={dialog}
                  unread={unread.get(id) ?? 0}
                  onMenu={openDrawer}
                />
              )}
            </Route>
            <Route path="/browse">
              <Page title="Find rooms" onMenu={openDrawer}>
                <BrowsePage />
              </Page>
            </Route>
            <Route path="/settings/:section?">
              {({ section }) => (
                <Page title="Settings" onMenu={openDrawer}>
                  <SettingsPage section={section} />
                </Page>
              )}
            </Route>
            <Route path="/admin/:section?">
              {({ section }) => (
                <Page title="Administration" onMenu={openDrawer}>
                  <AdminPage section={section} />
                </Page>
              )}
            </Route>
            <Route>
              <Page title="Not found" onMenu={openDrawer}>
                <NotFound title="There is no such page" />
              </Page>
            </Route>
          </Switch>
        </ErrorBoundary>
      </div>
      {creating && (
        <CreateRoomDialog
          onClose={() => setCreating(false)}
          onCreated={(room) => {
            setCreating(false)
            navigate(`/rooms/${room.id}`)
          }}
        />
      )}
    </div>
  )
}

type PageProps = { title: string; onMenu: () => void; children: ReactNode }

function Page({ title, onMenu, children }: PageProps) {
  return (
    <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
      <PageHeader title={title} onMenu={onMenu} />
      {children}
    </main>
  )
}
