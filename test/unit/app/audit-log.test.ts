import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings-table.ts';
import { AuditLog } from '../../../src-main/app/audit-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let path: string;
let failures: string[];
beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'audit.log');
  failures = [];
});
afterEach(() => folder.remove());

const open = (): AuditLog =>
  new AuditLog(path, DEFAULT_SETTINGS, new VirtualClock(), {
    failed: (reason) => failures.push(reason),
    resumed: () => undefined,
  });

test('the audit log shows a change at the end of a long list', async () => {
  const log = open();
  const nodes = Array.from({ length: 200 }, (_, at) => `enode://${'ab'.repeat(64)}@192.0.2.1:${String(at)}`);
  const [from, to] = [JSON.stringify(nodes), JSON.stringify([...nodes, 'one more'])];
  log.logger.info('settings.update', { who: 'window', what: 'bootnodes', from, to });
  await log.close();
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ from, to });
});

test('an audit log that cannot be opened is reported without a change, and once', async () => {
  await mkdir(path);
  const log = open();
  log.report();
  log.logger.info('node.stop');
  await log.close();
  expect(failures).toEqual([expect.stringContaining('audit.log is a folder')]);
});
