import { mkdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings-table.ts';
import { AuditLog } from '../../../src-main/app/audit-log.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let path: string;
let failures: string[];
let lost: number[];
beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'audit.log');
  failures = [];
  lost = [];
});
afterEach(() => folder.remove());

const open = (clock = new VirtualClock()): AuditLog =>
  new AuditLog(path, DEFAULT_SETTINGS, clock, {
    failed: (reason) => failures.push(reason),
    resumed: (count) => lost.push(count),
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

test('the audit log has a line about the lines that it lacks', async () => {
  await mkdir(path);
  const clock = new VirtualClock();
  const log = open(clock);
  log.logger.info('node.stop');
  log.logger.info('node.start');
  await rmdir(path);
  await clock.advance(30_000);
  log.logger.info('bans.add');
  await eventually('the report', async () => lost[0]);
  await log.close();
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ msg: 'bans.add' }),
    expect.objectContaining({ level: 'warn', msg: 'the audit log is written again', lost: '2' }),
  ]);
  expect(lost).toEqual([2]);
});
