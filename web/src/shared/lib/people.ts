/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '')
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]]
  return letters.map((word) => first(word)).join('')
}

function first(word: string | undefined): string {
  const [character = '?'] = word ?? '?'
  return character.toLocaleUpperCase()
}

// Hues that are told apart at a glance and keep white letters readable on them.
const hues = [22, 48, 78, 130, 158, 188, 218, 246, 272, 298, 325, 350]

/** A hue (degrees) that stays the same for an id. */
export function hueOf(id: string): number {
  let hash = 0
  for (const character of id) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0
  return hues[Math.abs(hash) % hues.length] ?? 200
}
