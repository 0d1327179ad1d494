import { useI18n } from 'vue-i18n';
import type { en } from '../messages/en.ts';

type Leaves<Tree, Path extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends string
    ? `${Path}${Key}`
    : Leaves<Tree[Key], `${Path}${Key}.`>;
}[keyof Tree & string];

/** A key of the catalogue. */
export type WordKey = Leaves<typeof en>;

/** Words of the catalogue by key; `count` picks between the forms of a plural. */
export type Words = (key: WordKey, named?: Readonly<Record<string, unknown>>, count?: number) => string;

/** The catalogue's words; a key that is not in it does not compile. */
export function useWords(): Words {
  const { t } = useI18n();
  return (key, named = {}, count) => (count === undefined ? t(key, named) : t(key, named, count));
}
