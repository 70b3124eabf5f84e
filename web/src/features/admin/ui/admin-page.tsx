import { explain } from '@/shared/api/problem'
import { useMe } from '@/shared/api/queries'
import { InviteForm, InviteList } from '@/shared/invites/invites'
import { EmptyState, ErrorNote } from '@/shared/ui/notes'
import { Section, TabbedPage } from '@/shared/ui/page-layout'
import { ShieldX } from 'lucide-react'
import { useCreateServerInvite, useDeleteServerInvite, useServerInvites } from '../data/admin'
import { UsersSection } from './users-section'

const tabs = [
  { href: '/admin', label: 'People' },
  { href: '/admin/invites', label: 'Invites' },
]

export function AdminPage({ section }: { section: string | undefined }) {
  const me = useMe()
  if (!me.is_admin) {
    return (
      <EmptyState icon={ShieldX} title="For administrators">
        Your account does not administer this server.
      </EmptyState>
    )
  }
  const current = section === undefined ? '/admin' : `/admin/${section}`
  return (
    <TabbedPage label="Administration" tabs={tabs} current={current}>
      {section === 'invites' ? <InvitesSection /> : <UsersSection />}
    </TabbedPage>
  )
}

function InvitesSection() {
  const { data: invites, error } = useServerInvites()
  const create = useCreateServerInvite()
  const withdraw = useDeleteServerInvite()
  return (
    <Section title="Invites to the server" lead="Whoever has such a link can create an account.">
      <InviteForm onCreate={(body) => create.mutateAsync(body)} />
      {error !== null && <ErrorNote>{explain(error)}</ErrorNote>}
      <InviteList invites={invites ?? []} onWithdraw={(id) => withdraw.mutateAsync(id)} />
    </Section>
  )
}
