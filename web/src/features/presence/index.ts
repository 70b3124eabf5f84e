export { followPresence, usePresence } from './data/presence'
export { followTyping, useSayTyping } from './data/typing'
export { TypingLine } from './ui/typing-line'
