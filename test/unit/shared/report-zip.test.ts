import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { reportName, reportZip } from '../../../shared/report-zip.ts';

test('the archive has the texts as they were shown, and chosen crash reports in their own folder', () => {
  const texts = [
    { name: 'readme.txt', text: 'Größe' },
    { name: 'log.txt', text: '' },
  ];
  const files = unzipSync(reportZip(texts, [{ name: 'a.dmp', bytes: Uint8Array.of(1, 2) }]));
  expect(Object.keys(files)).toEqual(['readme.txt', 'log.txt', 'crash-reports/a.dmp']);
  expect(strFromU8(files['readme.txt'] ?? new Uint8Array())).toBe('Größe');
  expect([...(files['crash-reports/a.dmp'] ?? [])]).toEqual([1, 2]);
  expect(Object.keys(unzipSync(reportZip(texts, [])))).toHaveLength(2);
});

test('its name has the time', () => {
  expect(reportName(Date.UTC(2026, 10, 29, 5, 4, 1))).toBe('enodeck-report-20261129-050401.zip');
});
