/** Parses a value of the database as JSON; undefined when it is not JSON, because the database may be damaged. */
export function parseStoredJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
