import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withLuaFields } from '../../support/lua-fields.ts';

test('docs/enodeck.lua names the fields of the schemas (update it with -u)', async () => {
  const file = new URL('../../../docs/enodeck.lua', import.meta.url);
  await expect(withLuaFields(readFileSync(file, 'utf8'))).toMatchFileSnapshot(file.pathname);
});
