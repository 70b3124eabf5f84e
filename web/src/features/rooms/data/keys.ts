export const roomKeys = {
  mine: ['rooms', 'mine'] as const,
  public: (q: string) => ['rooms', 'public', q] as const,
  one: (roomId: string) => ['room', roomId] as const,
  members: (roomId: string) => ['members', roomId] as const,
  invites: (roomId: string) => ['room-invites', roomId] as const,
}
