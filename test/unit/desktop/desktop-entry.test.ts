import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { autostartEntry, entryKeys, execValue, isStarted } from '../../../src-main/desktop/desktop-entry.ts';

/** Reads Exec as the specification says: the escapes of a string, then quotes, then field codes. */
function parseExec(value: string): string[] {
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', s: ' ', '\\': '\\' };
  const text = value.replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? '?');
  const args: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '"') throw new Error(`no quote at ${String(at)}`);
    let argument = '';
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] === undefined || '`$'.includes(text[at]!)) throw new Error('not escaped');
      if (text[at] === '\\') at += 1;
      argument += text[at]!;
    }
    at += 1;
    if (at < text.length && text[at] !== ' ') throw new Error('no space');
    at += 1;
    if (/%(?!%)/.test(argument.replaceAll('%%', ''))) throw new Error('a field code');
    args.push(argument.replaceAll('%%', '%'));
  }
  return args;
}

describe('Exec', () => {
  test('has the quotes and backslashes of the specification', () => {
    expect(execValue(['/opt/En odeck/enodeck', '--hidden'])).toBe('"/opt/En odeck/enodeck" "--hidden"');
    expect(execValue(['a$b', 'a\\b', 'a"b', 'a`b', '50%'])).toBe(
      String.raw`"a\\$b" "a\\\\b" "a\\"b" "a\\` + '`' + String.raw`b" "50%%"`,
    );
  });

  test('gives every argument back, whatever its characters', () => {
    const characters = fc.constantFrom(...Array.from('"`$\\% \n\t\r;&|<>*?#()\'~é…a=/-'));
    const argument = fc.oneof(fc.string({ unit: characters }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(
        fc.array(
          argument.filter((text) => !text.includes('\0')),
          { minLength: 1, maxLength: 5 },
        ),
        (command) => {
          const value = execValue(command);
          expect(value).not.toMatch(/[\n\r\t]/);
          expect(parseExec(value)).toEqual(command);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('an entry', () => {
  test('of ours is one line for each key, and is started', () => {
    const keys = entryKeys(autostartEntry(['/a\nb/enodeck', '--hidden']));
    expect(keys.get('Type')).toBe('Application');
    expect(parseExec(keys.get('Exec')!)).toEqual(['/a\nb/enodeck', '--hidden']);
    expect(isStarted(keys)).toBe(true);
  });

  test('has no key in a line without a value', () => {
    expect([...entryKeys('[Desktop Entry]\nExec=a\nHiddenx\n=b\nTry Exec=c')]).toEqual([['Exec', 'a']]);
  });

  test('of any form is read in bounded time', () => {
    const start = performance.now();
    for (const line of [`Exec=a${' '.repeat(65_000)}b`, `${'-'.repeat(65_000)} Exec`, ' '.repeat(65_000)])
      entryKeys(`[Desktop Entry]\n${line}`);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test.each([
    ['[Desktop Entry]\nExec=a\nHidden=true', false],
    ['[Desktop Entry]\nExec=a\nX-GNOME-Autostart-enabled=false\n', false],
    ['[Desktop Entry]\n# Hidden=true\nExec = a\n[Desktop Action x]\nHidden=true', true],
    ['[Desktop Entry]\nExec=a\nHidden=false\nHidden=true', true],
    ['[Other]\nExec=a', false],
    ['', false],
  ])('%j is started: %s', (text, started) => {
    expect(isStarted(entryKeys(text))).toBe(started);
  });
});
