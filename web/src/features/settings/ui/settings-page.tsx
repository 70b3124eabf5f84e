import { TabbedPage } from '@/shared/ui/page-layout'
import { AppearanceSection } from './appearance-section'
import { PasswordSection } from './password-section'
import { ProfileSection } from './profile-section'
import { SessionsSection } from './sessions-section'
import { TokensSection } from './tokens-section'

const tabs = [
  { href: '/settings', label: 'Profile' },
  { href: '/settings/security', label: 'Security' },
  { href: '/settings/tokens', label: 'Tokens' },
]

export function SettingsPage({ section }: { section: string | undefined }) {
  const current = section === undefined ? '/settings' : `/settings/${section}`
  return (
    <TabbedPage label="Settings" tabs={tabs} current={current}>
      {section === 'security' ? (
        <>
          <PasswordSection />
          <SessionsSection />
        </>
      ) : section === 'tokens' ? (
        <TokensSection />
      ) : (
        <>
          <ProfileSection />
          <AppearanceSection />
        </>
      )}
    </TabbedPage>
  )
}
