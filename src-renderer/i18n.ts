import { createI18n } from 'vue-i18n';
import { en } from './messages/en.ts';

/** The messages; English is the only language. */
export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en },
  warnHtmlMessage: false,
});
