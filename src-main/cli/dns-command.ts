import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { formatBase64Url } from '../../shared/base64url.ts';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { parseSignature } from '../discovery/dns/entries.ts';
import { DnsEntryError, DnsListError } from '../discovery/dns/errors.ts';
import { makeTree, signTree, txtRecords, withSignature } from '../discovery/dns/tree.ts';
import { checkTreeDomain, formatTreeUrl, parseTreeUrl } from '../discovery/dns/tree-url.ts';
import { describeError } from '../base/errors.ts';
import { publicKeyOf } from '../base/secp256k1.ts';
import { OptionError } from '../app/launch-options.ts';
import { readKeyFile } from '../store/identity.ts';
import { decryptKeystore, isKeystoreText } from '../store/keystore.ts';
import {
  formatTxtRecords,
  readTreeFolder,
  TreeFolderError,
  writeTreeInfo,
  writeWhole,
} from './tree-folder.ts';

const USAGE = 'Say what to do: dns sign FOLDER KEYFILE, or dns to-txt FOLDER [FILE].';

interface SignOptions {
  readonly domain?: string;
  readonly seq?: number;
  readonly password?: string;
}

/**
 * `enodeck dns sign FOLDER KEYFILE` signs a DNS node list (EIP-1459) that lies in a folder, `enodeck dns to-txt FOLDER
 * [FILE]` writes its zone's TXT records; folders and records are those of go-ethereum's devp2p tool. Starts no node and
 * asks no DNS.
 * @param args behind `dns`
 * @param now Unix milliseconds
 * @returns what to print
 * @throws OptionError naming the option or the file at fault; StoreError for a key file; TreeFolderError for the folder
 */
export async function runDnsCommand(args: readonly string[], now: () => number): Promise<string> {
  const printed: string[] = [];
  let task: Promise<string> | undefined;
  const command = new Command('enodeck dns')
    .description('Makes DNS node lists (EIP-1459) in the folders that go-ethereum’s devp2p tool keeps.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: () => undefined });
  command
    .command('sign')
    .copyInheritedSettings(command)
    .description('signs nodes.json of a folder and notes it in its enrtree-info.json')
    .argument('<folder>', 'folder with nodes.json')
    .argument('<keyfile>', 'private key: 64 hex digits, or an Ethereum keystore')
    .option('--domain <name>', 'domain of the list; that of its URL, else the folder’s name')
    .option('--seq <number>', 'sequence number; the next without it', sequenceNumber)
    .option('--password <file>', 'file with the password of a keystore')
    .action((folder: string, keyFile: string, options: SignOptions) => {
      task = sign(folder, keyFile, options, now);
    });
  command
    .command('to-txt')
    .copyInheritedSettings(command)
    .description('writes the TXT records of a signed folder, as JSON')
    .argument('<folder>', 'folder that was signed')
    .argument('[file]', 'where to write them; to the output without it, or with -')
    .action((folder: string, file: string | undefined) => {
      task = toTxt(folder, file);
    });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return printed.join('');
    const reason = error.code === 'commander.help' ? USAGE : error.message.replace(/^error: /, '');
    throw new OptionError(reason, { cause: error });
  }
  return task === undefined ? printed.join('') : await task;
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
  return await inWords(folder, async () => {
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
    const lower = seq < info.seq ? `\nClients that know number ${String(info.seq)} will refuse it.` : '';
    return `Signed ${url} with number ${String(seq)}: ${String(records.length)} nodes, ${String(info.links.length)} links.${lower}\n`;
  });
}

async function toTxt(folder: string, file: string | undefined): Promise<string> {
  const { info, records } = await readTreeFolder(folder);
  const { url, signature } = info;
  if (url === undefined || signature === undefined) {
    throw new OptionError(`The list in ${folder} is not signed: run dns sign ${folder} KEYFILE first.`);
  }
  const text = await inWords(folder, () => {
    const { publicKey, domain } = parseTreeUrl(url);
    const tree = makeTree(BigInt(info.seq), records, info.links);
    return formatTxtRecords(txtRecords(withSignature(tree, parseSignature(signature), publicKey), domain));
  });
  if (file === undefined || file === '-') return `${text}\n`;
  await writeWhole(file, text);
  return '';
}

/** Says of what is wrong with a list which folder it is in, and what to do. */
async function inWords<T>(folder: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (!(cause instanceof DnsEntryError || cause instanceof DnsListError)) throw cause;
    const advice = {
      'bad-signature': `: nodes, links or number changed since; run dns sign ${folder} KEYFILE`,
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
