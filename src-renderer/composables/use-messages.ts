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

/** BOUNDED: the texts of messages without values; English is the only language. A table asks for hundreds of them a frame. */
const texts = new Map<MessageKey, string>();

/** The messages of the window; an unknown key does not compile. */
export function useMessages(): Translate {
  const { t } = useI18n();
  const plain = (key: MessageKey): string => {
    const text = texts.get(key) ?? t(key);
    texts.set(key, text);
    return text;
  };
  return (key, named, count) => {
    if (count !== undefined) return t(key, named ?? {}, count);
    return named === undefined ? plain(key) : t(key, named);
  };
}
