import { expect, test } from 'vitest';
import { LateLogger, MAX_WAITING_LINES } from '../../../src-main/desktop/late-logger.ts';
import { recordedLog } from '../../support/recorded-log.ts';

test('lines wait for the log, with their scopes and fields, and then go to it at once', () => {
  const { logger, lines } = recordedLog();
  const late = new LateLogger();
  const page = late.child('desktop').child('page');
  page.warn('early', { reason: 'x' });
  expect(lines).toEqual([]);
  late.open(logger);
  page.error('late');
  late.child('other').info('new');
  expect(lines.map(({ level, module, message }) => `${level} ${module} ${message}`)).toEqual([
    'warn test/desktop/page early',
    'error test/desktop/page late',
    'info test/other new',
  ]);
  expect(lines[0]?.fields).toEqual({ reason: 'x' });
});

test('keeps the first lines only', () => {
  const { logger, lines } = recordedLog();
  const late = new LateLogger();
  for (let line = 0; line <= MAX_WAITING_LINES; line += 1) late.debug(String(line));
  late.open(logger);
  expect(lines).toHaveLength(MAX_WAITING_LINES);
  expect(lines[0]?.message).toBe('0');
});
