import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { formatBase64Url } from '../../shared/base64url.ts';
import { formatQuantity } from '../../shared/format.ts';
import { isKeystoreText } from '../../shared/keystore-text.ts';
import { InvalidArgumentError, type Command } from 'commander';
import { parseSignature } from '../discovery/dns/entries.ts';
import { DnsEntryError, DnsListError } from '../discovery/dns/errors.ts';
import { makeTree, signTree, txtRecords, withSignature } from '../discovery/dns/tree.ts';
import { checkTreeDomain, formatTreeUrl, parseTreeUrl } from '../discovery/dns/tree-url.ts';
import { describeError } from '../base/errors.ts';
import { publicKeyOf } from '../base/secp256k1.ts';
import { OptionError } from '../app/launch-options.ts';
import type { Choose } from './launch.ts';
import { readKeyFile } from '../store/identity.ts';
import { decryptKeystore } from '../store/keystore.ts';
import {
  formatTxtRecords,
  readTreeFolder,
  TreeFolderError,
  writeTreeInfo,
  writeWhole,
} from './tree-folder.ts';

interface SignOptions {
  readonly domain?: string;
  readonly seq?: number;
  readonly password?: string;
}

/**
 * Adds `dns sign FOLDER KEYFILE`, which signs a DNS node list (EIP-1459), and `dns to-txt FOLDER [FILE]`, which writes the
 * TXT records of its zone. Folders and records have the form of go-ethereum's devp2p tool. The tools send no DNS query;
 * they throw OptionError for an option or the list, StoreError for a key file, TreeFolderError for the folder.
 */
export function addDnsCommands(root: Command, choose: Choose): void {
  const group = root
    .command('dns')
    .description('make DNS node lists (EIP-1459) in the folders of go-ethereum’s devp2p tool');
  group
    .command('sign')
    .description('sign nodes.json of a folder and write the signature to its enrtree-info.json')
    .argument('<folder>', 'folder with nodes.json')
    .argument('<keyfile>', 'private key: 64 hex digits, or an Ethereum keystore')
    .option('--domain <name>', 'domain of the list (default: the domain of its URL, else the folder’s name)')
    .option('--seq <number>', 'sequence number (default: the next)', sequenceNumber)
    .option('--password <file>', 'file with the password of a keystore')
    .action((folder: string, keyFile: string, options: SignOptions) => {
      choose({ kind: 'tool', tool: ({ now }) => sign(folder, keyFile, options, now) });
    });
  group
    .command('to-txt')
    .description('write the TXT records of a signed folder, as JSON')
    .argument('<folder>', 'folder that was signed')
    .argument('[file]', 'output file; standard output without it, or with -')
    .action((folder: string, file: string | undefined) => {
      choose({ kind: 'tool', tool: () => toTxt(folder, file) });
    });
}

function sequenceNumber(text: string): number {
  const seq = /^[0-9]{1,16}$/.test(text) ? Number(text) : -1;
  if (Number.isSafeInteger(seq) && seq >= 0) return seq;
  throw new InvalidArgumentError('It must be a whole number below 2^53.');
}

async function sign(
  folder: string,
  keyFile: string,
  options: SignOptions,
  now: () => number,
): Promise<string> {
  const { info, records } = await readTreeFolder(folder);
  const seq = options.seq ?? info.seq + 1;
  const domain =
    options.domain ?? (info.url === undefined ? basename(resolve(folder)) : parseTreeUrl(info.url).domain);
  const privateKey = await signingKey(keyFile, options.password);
  return await withFolder(folder, async () => {
    checkTreeDomain(domain);
    const { root } = signTree(makeTree(BigInt(seq), records, info.links), privateKey);
    const url = formatTreeUrl(publicKeyOf(privateKey), domain);
    const signature = formatBase64Url(root.signature);
    await writeTreeInfo(folder, {
      ...info,
      url,
      seq,
      signature,
      lastModified: new Date(now()).toISOString(),
    });
    const lower = seq < info.seq ? `\nClients that have number ${String(info.seq)} will ignore it.` : '';
    return `Signed ${url} with sequence number ${String(seq)}: ${formatQuantity(records.length, 'node')}, ${formatQuantity(info.links.length, 'link')}.${lower}\n`;
  });
}

async function toTxt(folder: string, file: string | undefined): Promise<string> {
  const { info, records } = await readTreeFolder(folder);
  const { url, signature } = info;
  if (url === undefined || signature === undefined) {
    throw new OptionError(`The list in ${folder} is not signed: run dns sign ${folder} KEYFILE first.`);
  }
  const text = await withFolder(folder, () => {
    const { publicKey, domain } = parseTreeUrl(url);
    const tree = makeTree(BigInt(info.seq), records, info.links);
    return formatTxtRecords(txtRecords(withSignature(tree, parseSignature(signature), publicKey), domain));
  });
  if (file === undefined || file === '-') return `${text}\n`;
  await writeWhole(file, text);
  return '';
}

/** Adds the folder and a remedy to an error about a list. */
async function withFolder<T>(folder: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (!(cause instanceof DnsEntryError || cause instanceof DnsListError)) throw cause;
    const advice = {
      'bad-signature': `: nodes, links or sequence number have changed; run dns sign ${folder} KEYFILE`,
      'bad-domain': ': name the domain with --domain',
    }[cause.code as string];
    throw new OptionError(`The list in ${folder}: ${cause.message}${advice ?? ''}.`, { cause });
  }
}

async function signingKey(file: string, passwordFile: string | undefined): Promise<Uint8Array> {
  const text = await textOf(file);
  if (!isKeystoreText(text)) return (await readKeyFile(file)).privateKey;
  if (passwordFile === undefined) {
    throw new OptionError(`The key in ${file} is encrypted: name a file with its password with --password.`);
  }
  const [password = ''] = (await textOf(passwordFile)).split(/\r?\n/);
  return await decryptKeystore(file, text, password);
}

async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).slice(0, 65_536);
  } catch (cause) {
    throw new TreeFolderError('unreadable', `The file ${file} cannot be read (${describeError(cause)}).`, {
      cause,
    });
  }
}
