export { default } from './ui/admin-page'
