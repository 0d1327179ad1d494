/**
 * A DNS node list as a folder, the form that go-ethereum's devp2p tool keeps (cmd/devp2p/dnscmd.go): enrtree-info.json
 * has the signature and its data, nodes.json the nodes.
 */
import { readFile, stat } from 'node:fs/promises';
import { checkValue } from '../../shared/schema-check.ts';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { parseTreeUrl } from '../discovery/dns/tree-url.ts';
import { describeError, EnodeckError } from '../base/errors.ts';
import { JsonTextError } from '../base/json-tree.ts';
import type { Enr } from '../node-record/enr.ts';
import { readNodeSetFile } from './node-set-file.ts';
import { systemErrorCode } from '../store/errors.ts';
import { parseJsonText, type JsonDocument } from '../store/json-text.ts';

/** BOUNDED: our choice; it holds a URL, a signature and links. */
const MAX_INFO_BYTES = 1024 * 1024;

/** As devp2p writes both files. */
const INDENT = 4;
const FILE_MODE = 0o644;

/** A folder that is not a node list, or cannot be read or written. Nothing in it has changed. */
export class TreeFolderError extends EnodeckError<'unreadable' | 'invalid' | 'not-writable'> {
  constructor(code: TreeFolderError['code'], message: string, options?: ErrorOptions) {
    super('store', code, message, options);
  }
}

const info = z.looseObject({
  url: z.string().max(512).optional(),
  seq: z.int().min(0).default(0),
  signature: z.string().max(256).optional(),
  links: z.array(z.string().max(512)).max(1_024).nullish(),
  lastModified: z.string().max(64).optional(),
});

/** The content of enrtree-info.json. */
export interface TreeInfo {
  /** enrtree:// URL; undefined before the first signature. */
  readonly url: string | undefined;
  readonly seq: number;
  readonly signature: string | undefined;
  /** enrtree:// URLs. */
  readonly links: readonly string[];
  /** RFC 3339. */
  readonly lastModified: string | undefined;
  /** Other members of the file; they are kept. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** A node list in a folder. */
export interface TreeFolder {
  readonly info: TreeInfo;
  readonly records: readonly Enr[];
}

/**
 * Reads a folder. Without enrtree-info.json the list has never been signed.
 * @throws TreeFolderError naming the file, and the line where there is one; OptionError for its nodes.json
 */
export async function readTreeFolder(folder: string): Promise<TreeFolder> {
  return { info: await readInfo(infoFile(folder)), records: await readNodes(join(folder, 'nodes.json')) };
}

/**
 * Replaces enrtree-info.json in one step: a crash leaves either the old content or the new.
 * @throws TreeFolderError `not-writable`
 */
export async function writeTreeInfo(folder: string, { others, ...known }: TreeInfo): Promise<void> {
  const { url, seq, signature, links, lastModified } = known;
  const content = { url, seq, signature, links, lastModified, ...others };
  await writeWhole(infoFile(folder), JSON.stringify(content, undefined, INDENT));
}

/** TXT records as devp2p writes them: an object of texts by name, sorted. */
export function formatTxtRecords(records: ReadonlyMap<string, string>): string {
  // Names and texts are ASCII, whose code units sort as Go's bytes do.
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted), undefined, INDENT);
}

/**
 * Writes a file in one step.
 * @throws TreeFolderError `not-writable`
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(file, text, { mode: FILE_MODE });
  } catch (cause) {
    throw new TreeFolderError('not-writable', `${file} cannot be written (${describeError(cause)}).`, {
      cause,
    });
  }
}

const infoFile = (folder: string): string => join(folder, 'enrtree-info.json');

async function readInfo(file: string): Promise<TreeInfo> {
  const text = await textOf(file);
  const document = parseJson(file, text ?? '{}');
  const { url, seq, signature, links, lastModified, ...others } = checked(file, document, info);
  for (const [at, link] of (links ?? []).entries()) {
    checkUrl(link, (reason) => invalid(file, document, ['links', at], reason));
  }
  if (url !== undefined && url !== '') checkUrl(url, (reason) => invalid(file, document, ['url'], reason));
  return {
    url: url || undefined,
    seq,
    signature: signature || undefined,
    links: links ?? [],
    lastModified,
    others,
  };
}

function checkUrl(url: string, refuse: (reason: string) => TreeFolderError): void {
  try {
    parseTreeUrl(url);
  } catch (error) {
    throw refuse(describeError(error));
  }
}

async function readNodes(file: string): Promise<Enr[]> {
  const nodes = await readNodeSetFile(file);
  if (nodes === undefined) {
    throw new TreeFolderError('unreadable', `There is no ${file}: a node list needs its nodes.`);
  }
  return [...nodes.values()].map(({ node }) => {
    if (node.record !== undefined) return node.record;
    throw new TreeFolderError('invalid', `${file}: node ${node.idHex} has no signed record.`);
  });
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_INFO_BYTES) return await readFile(file, 'utf8');
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    throw new TreeFolderError('unreadable', `${file} cannot be read (${describeError(cause)}).`, { cause });
  }
  throw new TreeFolderError('unreadable', `${file} is larger than ${String(MAX_INFO_BYTES)} bytes.`);
}

function parseJson(file: string, text: string): JsonDocument {
  try {
    return parseJsonText(text);
  } catch (cause) {
    if (!(cause instanceof JsonTextError)) throw cause;
    throw new TreeFolderError('invalid', `${file}, line ${String(cause.line)}: ${cause.message}.`, { cause });
  }
}

function checked<T>(file: string, document: JsonDocument, schema: z.ZodType<T>): T {
  const result = checkValue(schema, document.value);
  if (result.ok) return result.value;
  const name = result.path.map(String).join('.').slice(0, 100);
  throw invalid(file, document, result.path, `${name === '' ? 'it' : `"${name}"`} ${result.reason}`);
}

function invalid(
  file: string,
  document: JsonDocument,
  path: readonly PropertyKey[],
  reason: string,
): TreeFolderError {
  return new TreeFolderError('invalid', `${file}, line ${String(document.lineOf(path))}: ${reason}.`);
}
