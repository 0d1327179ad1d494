import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** A place in the source where a code stands, as a pattern whose first group has the code or a union of codes. */
const PLACES: readonly RegExp[] = [
  // export type RlpxErrorCode = 'a' | 'b';
  /\btype \w*(?:ErrorCode|DropReason|DifferenceCode)\b[^=]*=([^;]*);/g,
  // class HelloError extends CodecError<'malformed-hello' | 'invalid-identity'>
  /\bextends (?:EnodeckError|CodecError)<([^>]*)>/g,
  // new ProtocolError('status-timeout', …)
  /\bnew \w+Error\(\s*('[a-z-]+')/g,
  // plainCause('aborted', …), doorCause(…), breach(…), bare(…)
  /\b(?:\w*[cC]ause|breach|bare)\(\s*('[a-z-]+')/g,
  // { reason: …, code: 'self', … }
  /\bcode: ('[a-z-]+')/g,
  // const code = … ? 'a' : 'b'
  /\bcode = ([^;]*);/g,
];

const LITERAL = /'([a-z]+(?:-[a-z0-9]+)*)'/g;
/** `'code' in error` asks for a property. */
const MEMBERSHIP = /'\w+' in /g;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;

/** Every code of an error, a cause or a refusal that stands in the source of these rooms, with the file it stands in. */
export function codesInSource(rooms: readonly string[]): Map<string, string> {
  const codes = new Map<string, string>();
  for (const file of rooms.flatMap((room) => sourceFiles(room))) {
    const text = readFileSync(join(ROOT, file), 'utf8').replace(COMMENT, '').replace(MEMBERSHIP, '');
    for (const place of PLACES) {
      for (const [, found = ''] of text.matchAll(place)) {
        for (const [, code = ''] of found.matchAll(LITERAL)) codes.set(code, file);
      }
    }
  }
  return codes;
}

/** The TypeScript files beneath a folder of the project, as paths from its root. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}
