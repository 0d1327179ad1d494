import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly [key: string]: unknown;
}
interface Bill {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
}
interface SbomFile {
  completeBill(
    bill: Bill,
    packed: readonly { id: string; name: string; licence: string }[],
    lock: { packages: Record<string, { version: string; integrity: string }> },
    own: { name: string; version: string },
  ): Bill;
}
const file = pathToFileURL(resolve(import.meta.dirname, '../../../build/sbom.mjs')).href;
const { completeBill } = (await import(file)) as SbomFile;

const runtime: Bill = {
  metadata: { component: { 'bom-ref': 'folder@1', name: 'folder' } },
  components: [{ 'bom-ref': 'zod@4.0.0', name: 'zod' }],
};
const lock = {
  packages: {
    'node_modules/@scope/page': { version: '2.0.0', integrity: 'sha512-/wA=' },
    'node_modules/other/node_modules/@scope/page': { version: '3.0.0', integrity: 'sha512-AAA=' },
  },
};
const own = { name: 'enodeck', version: '1.2.3' };

test('the bill has what the build bundles too, with checksum and licence of the lock file’s version', () => {
  const packed = [
    { id: 'zod@4.0.0', name: 'zod', licence: 'MIT' },
    { id: '@scope/page@2.0.0', name: '@scope/page', licence: 'MIT OR Apache-2.0' },
  ];
  const bill = completeBill(runtime, packed, lock, own);
  expect(bill.metadata.component).toMatchObject({ ...own, type: 'application' });
  expect(bill.components).toEqual([
    { 'bom-ref': 'zod@4.0.0', name: 'zod' },
    {
      'bom-ref': '@scope/page@2.0.0',
      type: 'library',
      name: '@scope/page',
      version: '2.0.0',
      scope: 'required',
      purl: 'pkg:npm/%40scope/page@2.0.0',
      hashes: [{ alg: 'SHA-512', content: 'ff00' }],
      licenses: [{ expression: 'MIT OR Apache-2.0' }],
    },
  ]);
});

test('a packed package that the lock file lacks is an error', () => {
  const packed = [{ id: 'vue@1.0.0', name: 'vue', licence: 'MIT' }];
  expect(() => completeBill(runtime, packed, lock, own)).toThrow('The lock file has no vue@1.0.0.');
});
