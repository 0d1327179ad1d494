/*
 * Desktop entry files: the autostart entry of the application.
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/
 */

/** Escapes a value of the type string. */
function escapeValue(value: string): string {
  return value.replace(/[\\\n\t\r]/g, (character) => VALUE_ESCAPES[character] ?? character);
}
const VALUE_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
};

/**
 * The value of the key Exec for a command, each argument in quotes.
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
 * @param command the absolute path of a program, and its arguments
 */
export function execValue(command: readonly string[]): string {
  const quoted = command.map((argument) => `"${argument.replace(/["`$\\]/g, '\\$&')}"`);
  // A percent sign begins a field code, also within quotes.
  return escapeValue(quoted.join(' ').replaceAll('%', '%%'));
}

/** The keys of the group [Desktop Entry], with their values as they are in the file; the first of equal keys counts. */
export function entryKeys(text: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  let isOurs = false;
  for (const line of text.split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue;
    const group = /^\[([^\]]*)\]\s*$/.exec(line)?.[1];
    if (group !== undefined) isOurs = group === 'Desktop Entry';
    const equals = line.indexOf('=');
    const key = line.slice(0, equals).trimEnd();
    if (isOurs && equals > 0 && /^[A-Za-z0-9-]+$/.test(key) && !keys.has(key)) {
      keys.set(key, line.slice(equals + 1).trim());
    }
  }
  return keys;
}

/** The autostart entry of the application. */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Enodeck',
    'Comment=A node of Ethereum’s peer-to-peer network',
    `Exec=${execValue(command)}`,
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * Whether a session starts the entry: the user may have switched it off in the desktop's own settings.
 * https://specifications.freedesktop.org/autostart-spec/latest/
 */
export function isStarted(keys: ReadonlyMap<string, string>): boolean {
  return (
    keys.has('Exec') && keys.get('Hidden') !== 'true' && keys.get('X-GNOME-Autostart-enabled') !== 'false'
  );
}
