import { Monitor, Moon, Sun } from 'lucide-react'
import { useStore } from '@/shared/lib/store'
import { setTheme, theme } from '@/shared/theme/theme'
import { Choice } from '@/shared/ui/choice'
import { Section } from '@/shared/ui/page-layout'

const themes = [
  { value: 'system' as const, label: 'System', icon: Monitor },
  { value: 'light' as const, label: 'Light', icon: Sun },
  { value: 'dark' as const, label: 'Dark', icon: Moon },
]

export function AppearanceSection() {
  const current = useStore(theme)
  return (
    <Section title="Appearance" lead="On this device.">
      <Choice legend="Theme" name="theme" value={current} options={themes} onChange={setTheme} />
    </Section>
  )
}
