/** What an archive or a file of blocks has, as text for the command line. */
import { formatBytes, formatNumber, formatQuantity } from '../../shared/format.ts';
import { equalBytes, to0x } from '../base/bytes.ts';
import { NETWORKS } from '../chain/networks.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { ArchiveState } from './archive-values.ts';
import type { BlockFile, BlockFileFormat } from './file-block.ts';
import { headerOf } from './verify-block.ts';

const FORMAT_NAMES: Readonly<Record<BlockFileFormat, string>> = {
  rlp: 'export of geth',
  'rlp.gz': 'export of geth, gzip',
  era1: '.era1',
  ere: '.ere',
};

/** The lines about an archive. */
export function describeArchive({ folder, state }: Pick<ArchiveStore, 'folder' | 'state'>): string {
  if (state === undefined) return `Archive:    ${folder}\nBlocks:     none\n`;
  const { earliest, latest, latestHash, latestTime, genesisHash, totalDifficulty } = state;
  const network = Object.values(NETWORKS).find((known) => equalBytes(known.genesisHash, genesisHash));
  const lines = [
    ['Archive', folder],
    ['Network', `${network?.name ?? 'custom'}, genesis ${to0x(genesisHash)}`],
    ['Blocks', `${String(earliest)} to ${String(latest)} (${formatNumber(latest - earliest + 1n)})`],
    ['Head', `${to0x(latestHash)}, ${timeText(latestTime)}`],
    ['Receipts', receiptsText(state)],
    ['Difficulty', totalDifficulty === undefined ? 'total unknown' : `${String(totalDifficulty)} in total`],
  ];
  if (earliest > 0n) lines.push(['Note', 'the blocks are not linked to the genesis block']);
  return lines.map(([name = '', text = '']) => `${`${name}:`.padEnd(12)}${text}\n`).join('');
}

function receiptsText({ earliest, latest, withoutReceipts }: ArchiveState): string {
  if (withoutReceipts === 0n) return 'all';
  if (withoutReceipts === latest - earliest + 1n) return 'none';
  return `missing for ${formatQuantity(withoutReceipts, 'block')}`;
}

/** Seconds beyond the dates of JavaScript stay a number. */
function timeText(time: bigint): string {
  const date = new Date(Number(time) * 1_000);
  return Number.isNaN(date.getTime()) ? `time ${String(time)}` : date.toISOString();
}

/**
 * The line about a file, from its index and its first block.
 * @throws ArchiveError `archive-malformed`, FileError
 */
export async function describeBlockFile(file: BlockFile): Promise<string> {
  for await (const block of file.blocks()) {
    const { number } = headerOf(block);
    const { path, format, index } = file;
    const range =
      index === undefined
        ? `blocks from ${String(number)}`
        : `blocks ${String(index.first)} to ${String(index.last)}`;
    const receipts = block.receipts === undefined ? 'no receipts' : 'receipts';
    return `${path}: ${FORMAT_NAMES[format]}, ${range}, ${receipts}, ${formatBytes(file.size)}\n`;
  }
  return `${file.path}: ${FORMAT_NAMES[file.format]}, no blocks\n`;
}
