import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import { enrToText, type Enr } from '../../src-main/node-record/enr.ts';

/** nodes.json as devp2p's crawl writes it. */
export function nodesJson(records: readonly Enr[]): string {
  const time = '2026-01-01T00:00:00Z';
  const nodes = records.map((record) => [
    bytesToHex(record.nodeId),
    {
      seq: Number(record.seq),
      record: enrToText(record),
      score: 3,
      firstResponse: time,
      lastResponse: time,
      lastCheck: time,
    },
  ]);
  return JSON.stringify(Object.fromEntries(nodes), undefined, 4);
}

/** A folder with these nodes and, where given, an enrtree-info.json. */
export async function treeFolder(path: string, records: readonly Enr[], info?: object): Promise<string> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'nodes.json'), nodesJson(records));
  if (info !== undefined) await writeFile(join(path, 'enrtree-info.json'), JSON.stringify(info));
  return path;
}
