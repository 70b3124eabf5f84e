import { useName } from './names'

type NameProps = { person: { user_id: string; username: string } }

/** A name inside a sentence: one that is written from right to left leaves the order of the words around it alone. */
export function Name({ person }: NameProps) {
  return <bdi>{useName(person.user_id, person.username)}</bdi>
}
