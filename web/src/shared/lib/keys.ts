/** A key for a message, unique for ever: 128 random bits in the alphabet that the server takes. */
export function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The length as the server counts it: in code points. */
export const codePoints = (text: string): number => Array.from(text).length
