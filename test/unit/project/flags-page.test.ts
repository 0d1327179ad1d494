import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { flagsPage } from '../../support/flags-page.ts';

test('docs/flags.md lists every setting and every option of the commands', async () => {
  const options = await resolveConfig(import.meta.filename);
  const page = await format(flagsPage(), { ...options, parser: 'markdown' });
  await expect(page).toMatchFileSnapshot('../../../docs/flags.md');
});
