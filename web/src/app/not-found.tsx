import { Compass } from 'lucide-react'
import { useLocation } from 'wouter'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/notes'

export function NotFound({ title, children }: { title: string; children?: string }) {
  const [, navigate] = useLocation()
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center">
      <EmptyState
        icon={Compass}
        title={title}
        action={<Button onClick={() => navigate('/browse')}>Find rooms</Button>}
      >
        {children}
      </EmptyState>
    </div>
  )
}
