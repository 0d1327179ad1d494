import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip, createInflateRaw } from 'node:zlib';

/*
 * Readers of .tgz and .zip files that use only Node, so that no system tool is needed. They support the features that an
 * Electron runtime's archives use and refuse others.
 */

/** Reads exact numbers of bytes from a stream of chunks. */
class ChunkReader {
  #chunks;
  #rest = Buffer.alloc(0);

  constructor(stream) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next chunk, at most `limit` bytes long; undefined at the end. */
  async some(limit) {
    if (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done) return undefined;
      this.#rest = value;
    }
    const chunk = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(chunk.length);
    return chunk;
  }

  async exactly(length) {
    const parts = [];
    let missing = length;
    while (missing > 0) {
      const chunk = await this.some(missing);
      if (chunk === undefined) throw new Error('The archive ends too early.');
      parts.push(chunk);
      missing -= chunk.length;
    }
    return Buffer.concat(parts);
  }

  async *stream(length) {
    let missing = length;
    while (missing > 0) {
      const chunk = await this.some(missing);
      if (chunk === undefined) throw new Error('The archive ends too early.');
      missing -= chunk.length;
      yield chunk;
    }
  }
}

const TAR_BLOCK = 512;

const tarText = (header, from, length) =>
  header.toString('latin1', from, from + length).replace(/\0.*$/s, '');

/** Calls `take(name, content)` for each file of a .tgz; `content` is an async iterable of bytes. */
export async function readTarball(file, take) {
  const reader = new ChunkReader(createReadStream(file).pipe(createGunzip()));
  for (;;) {
    const header = await reader.exactly(TAR_BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const size = Number.parseInt(tarText(header, 124, 12).trim(), 8);
    const type = String.fromCharCode(header[156]);
    const prefix = tarText(header, 345, 155);
    const name = `${prefix === '' ? '' : `${prefix}/`}${tarText(header, 0, 100)}`;
    const content = reader.stream(size);
    if (type === '0' || type === '\0') await take(name, content);
    // Skips the unread content, then the padding to whole blocks.
    while (!(await content.next()).done);
    await reader.exactly((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK);
  }
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const MAX_COMMENT = 65_535;

async function readAt(handle, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/**
 * Opens a zip file and reads its entries. `mode` is the Unix mode, in which S_IFLNK marks links; `open()` streams the
 * content. Zip64, encryption and methods other than stored and deflate are refused.
 */
export async function openZip(file) {
  const handle = await open(file, 'r');
  try {
    return { entries: await readDirectory(file, handle), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readDirectory(file, handle) {
  const { size } = await handle.stat();
  const tail = await readAt(handle, Math.max(0, size - MAX_COMMENT - 22), MAX_COMMENT + 22);
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || tail.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error(`${file} is not a zip file.`);
  const count = tail.readUInt16LE(end + 10);
  const directory = await readAt(handle, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error(`${file} has a broken directory.`);
    const nameLength = directory.readUInt16LE(at + 28);
    const entry = {
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      method: directory.readUInt16LE(at + 10),
      compressed: directory.readUInt32LE(at + 20),
      header: directory.readUInt32LE(at + 42),
    };
    entries.push({ name: entry.name, mode: entry.mode, open: () => openEntry(file, handle, entry) });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function openEntry(file, handle, entry) {
  const local = await readAt(handle, entry.header, 30);
  if (local.readUInt32LE(0) !== LOCAL_HEADER) throw new Error(`${entry.name}: the zip file is broken.`);
  const start = entry.header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (entry.compressed === 0) return Readable.from([]);
  const raw = createReadStream(file, { start, end: start + entry.compressed - 1 });
  if (entry.method === 0) return raw;
  if (entry.method !== 8)
    throw new Error(`${entry.name}: compression method ${entry.method} is not supported.`);
  const inflate = createInflateRaw();
  raw.on('error', (error) => inflate.destroy(error));
  return raw.pipe(inflate);
}
