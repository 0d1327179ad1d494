import { useI18n } from 'vue-i18n';
import type { en } from '../messages/en.ts';

type Leaves<Tree, Path extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends string
    ? `${Path}${Key}`
    : Leaves<Tree[Key], `${Path}${Key}.`>;
}[keyof Tree & string];

/** A key of the messages in messages/en.ts. */
export type MessageKey = Leaves<typeof en>;

/** Returns a message by key; `named` fills its placeholders, `count` selects the plural form. */
export type Translate = (
  key: MessageKey,
  named?: Readonly<Record<string, unknown>>,
  count?: number,
) => string;

/** The messages of the window; an unknown key does not compile. */
export function useMessages(): Translate {
  const { t } = useI18n();
  return (key, named = {}, count) => (count === undefined ? t(key, named) : t(key, named, count));
}
