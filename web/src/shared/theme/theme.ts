import { readStored, writeStored } from '@/shared/lib/storage'
import { Store } from '@/shared/lib/store'

export type Theme = 'system' | 'light' | 'dark'

// public/theme.js reads the same key before the first paint.
const key = 'parley.theme'

function load(): Theme {
  const stored = readStored(localStorage, key)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export const theme = new Store<Theme>(load())

function apply(value: Theme): void {
  if (value === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = value
}

export function setTheme(value: Theme): void {
  theme.set(value)
  writeStored(localStorage, key, value === 'system' ? undefined : value)
  apply(value)
}
