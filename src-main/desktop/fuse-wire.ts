import { open } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import { FUSE_NAMES, type Fuse, type FuseState } from '../../shared/model/about.ts';

/**
 * The fuses of an Electron binary: after a sentinel a version, a length, and a character for each fuse.
 * @see https://github.com/electron/fuses/blob/main/src/constants.ts
 */
const SENTINEL = new TextEncoder().encode('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
const VERSION = 1;
/** BOUNDED: characters of the wire; version 1 has some ten fuses. */
const MAX_WIRE = 32;
const STATES: Readonly<Record<string, FuseState>> = { '0': 'off', '1': 'on', r: 'removed' };

const CHUNK_BYTES = 4_194_304;
/** BOUNDED: bytes of the binary that are searched; Electron's has some 200 MB. */
const MAX_BYTES = 536_870_912;

/** The binary with the fuses: on macOS the framework, elsewhere the executable. */
export function fuseFile(execPath: string, platform: NodeJS.Platform): string {
  const framework = 'Frameworks/Electron Framework.framework/Versions/A/Electron Framework';
  return platform === 'darwin' ? join(dirname(execPath), '..', framework) : execPath;
}

/** The fuses of the wire in some bytes; undefined when they have no whole wire of version 1. */
export function findFuses(bytes: Uint8Array): readonly Fuse[] | undefined {
  const start = indexOf(bytes, SENTINEL);
  const at = start + SENTINEL.length;
  const length = bytes[at + 1];
  if (start < 0 || length === undefined || bytes[at] !== VERSION || length > MAX_WIRE) return undefined;
  const wire = bytes.subarray(at + 2, at + 2 + length);
  if (wire.length < length) return undefined;
  const fuses: Fuse[] = [];
  for (const [index, name] of FUSE_NAMES.entries()) {
    const state = STATES[String.fromCharCode(wire[index] ?? 0)];
    // An older binary has fewer fuses.
    if (index < length && state === undefined) return undefined;
    if (state !== undefined) fuses.push({ name, state });
  }
  return fuses;
}

/** Reads the fuses of a binary. Null when it cannot be read or has no wire that this program knows. */
export async function readFuses(path: string, chunkBytes = CHUNK_BYTES): Promise<readonly Fuse[] | null> {
  const overlap = SENTINEL.length + 2 + MAX_WIRE;
  try {
    const file = await open(path, 'r');
    try {
      const buffer = new Uint8Array(overlap + chunkBytes);
      let kept = 0;
      for (let position = 0; position < MAX_BYTES;) {
        const { bytesRead } = await file.read(buffer, kept, chunkBytes, position);
        if (bytesRead === 0) return null;
        position += bytesRead;
        const filled = kept + bytesRead;
        const found = findFuses(buffer.subarray(0, filled));
        if (found !== undefined) return found;
        // A wire may lie across two chunks.
        kept = Math.min(overlap, filled);
        buffer.copyWithin(0, filled - kept, filled);
      }
      return null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  const [first = 0] = part;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
