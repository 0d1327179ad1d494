/** In place of the messages of the window: the key, then the values it is given. */
export const keyWords = (key: string, named?: Readonly<Record<string, unknown>>): string =>
  named === undefined ? key : `${key} ${Object.values(named).join(' ')}`;
