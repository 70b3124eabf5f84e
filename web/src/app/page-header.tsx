import { Menu } from 'lucide-react'
import { IconButton } from '@/shared/ui/icon-button'
import { useTitle } from './title'

export function PageHeader({ title, onMenu }: { title: string; onMenu: () => void }) {
  useTitle(title)
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line px-2 md:px-6">
      <IconButton icon={Menu} label="Show rooms" className="md:hidden" onClick={onMenu} />
      <h1 className="truncate pl-1 font-semibold md:pl-0">{title}</h1>
    </header>
  )
}
