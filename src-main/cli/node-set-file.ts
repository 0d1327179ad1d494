import { readFile, stat } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { NodeSetError } from '../crawl/errors.ts';
import { formatNodeSet, MAX_NODE_SET_BYTES, parseNodeSet, type NodeSet } from '../crawl/node-set.ts';
import { describeError } from '../base/errors.ts';
import { OptionError } from '../app/launch-options.ts';

/**
 * Reads a nodes.json.
 * @returns undefined if the file does not exist
 * @throws OptionError names the file and the fault in it
 */
export async function readNodeSetFile(file: string): Promise<NodeSet | undefined> {
  const text = await textOf(file);
  if (text === undefined) return undefined;
  try {
    return parseNodeSet(text);
  } catch (cause) {
    if (!(cause instanceof NodeSetError)) throw cause;
    throw new OptionError(`${file}: ${cause.message}.`, { cause });
  }
}

/**
 * Replaces a nodes.json in one step.
 * @throws OptionError names the file
 */
export async function writeNodeSetFile(file: string, nodes: NodeSet): Promise<void> {
  try {
    await writeFileAtomic(file, formatNodeSet(nodes));
  } catch (cause) {
    throw new OptionError(`The file ${file} cannot be written (${describeError(cause)}).`, { cause });
  }
}

async function textOf(file: string): Promise<string | undefined> {
  const refused = (reason: string, options?: ErrorOptions): OptionError =>
    new OptionError(`The file ${file} cannot be read (${reason}).`, options);
  try {
    const { size } = await stat(file);
    if (size <= MAX_NODE_SET_BYTES) return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw refused(describeError(cause), { cause });
  }
  throw refused('it is too large');
}
