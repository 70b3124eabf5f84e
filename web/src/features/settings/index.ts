export { default } from './ui/settings-page'
