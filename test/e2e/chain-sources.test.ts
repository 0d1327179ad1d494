import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BLOCK_FILES } from '../support/block-files.ts';
import { FakeClient } from '../support/fake-client.ts';
import { serveHttp } from '../support/fake-client-server.ts';
import { Headless } from '../support/headless.ts';
import { CONFINED_FLAGS } from '../support/start-flags.ts';
import { readTestchain } from '../support/testchain-blocks.ts';
import { expectAccessible } from '../support/window-steps.ts';
import { openBrowser, takePicture, type OpenWindow } from '../support/window.ts';

/* The page of real nodes that serve a chain. */

const start = (...flags: readonly string[]): Promise<Headless> =>
  Headless.start({
    flags: ['--genesis', BLOCK_FILES.testchainGenesis, '--nodiscover', ...CONFINED_FLAGS, ...flags],
  });

const cardOf = (page: Page) => page.locator('section.card').filter({ hasText: /^Chain/ });

/** Ends what a test has opened. */
const opened: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of opened.reverse()) await close();
});

async function pageOf(node: Headless): Promise<Page> {
  const browser: OpenWindow = await openBrowser(node.pageUrl);
  opened.push(() => browser.close());
  return browser.page;
}

describe('the page of a node in front of an execution client', () => {
  let node: Headless;
  let peer: Headless;
  let page: Page;
  let client: FakeClient;
  let server: Awaited<ReturnType<typeof serveHttp>>;

  beforeAll(async () => {
    client = new FakeClient(await readTestchain(), 'geth', 600);
    server = await serveHttp(client);
    opened.push(() => server.close());
    node = await start('--sentry', server.address);
    peer = await start('--staticnodes', node.info.enode);
    opened.push(
      () => node.stop(),
      () => peer.stop(),
    );
    await peer.peer(node.info.id);
    page = await pageOf(node);
  });

  test('shows the client and its range, and what the peer asked for', async () => {
    await cardOf(page).getByText('Connected', { exact: true }).waitFor();
    await cardOf(page).getByText('0 – 600').waitFor();
    await cardOf(page).getByText('No peer has asked yet').waitFor();

    const { protocols } = await peer.request('composer.messages', { node: node.info.id });
    const eth = protocols.find(({ protocol }) => protocol.startsWith('eth/'))!;
    await peer.request('composer.send', {
      ...{ node: node.info.id, protocol: eth.protocol, raw: null, confirmRaw: false, confirmListed: true },
      code: eth.messages.find(({ name }) => name === 'GetBlockHeaders')!.code,
      fields: { query: { startBlock: { number: '10' }, limit: '5', skip: '0', reverse: false } },
    });
    const cells = cardOf(page).getByRole('row').filter({ hasText: 'GetBlockHeaders' }).getByRole('cell');
    await expect.poll(() => cells.allInnerTexts()).toEqual(['GetBlockHeaders', '1', '1', '0', '5']);
    await expectAccessible(page);
    await takePicture(page, 'chain-sentry');
  });

  test('shows the same request in the panel of the peer', async () => {
    await page.goto(`${node.url}/#/peers/${peer.info.id}`);
    await page.getByRole('complementary', { name: 'Peer' }).waitFor();
    await page.getByRole('tab', { name: 'Requests' }).click();
    await page.getByText('The peer’s', { exact: true }).click();
    const row = page.getByRole('tabpanel').getByRole('row').filter({ hasText: '5 items' });
    await row.getByText('GetBlockHeaders').waitFor();
    await page.goto(`${node.url}/#/`);
  });

  test('says when the client is gone, and when it is back', async () => {
    const port = Number(new URL(server.address).port);
    await server.close();
    await cardOf(page).getByText('Connection lost').waitFor();
    await cardOf(page).getByText('connection refused').waitFor();
    await cardOf(page).getByText('0 – 600').waitFor();
    server = await serveHttp(client, {}, port);
    await cardOf(page).getByText('Connected', { exact: true }).waitFor();
  });
});

describe('the page of a node with imported files', () => {
  test('shows the blocks, the import and that receipts are missing', async () => {
    const node = await start('--chain.import', BLOCK_FILES.testchainRlp);
    opened.push(() => node.stop());
    const page = await pageOf(node);
    const card = cardOf(page);
    await card.getByText('601 blocks', { exact: true }).waitFor();
    await card.getByText('601 blocks added').waitFor();
    await card.getByText('missing for 600 blocks').waitFor();
    await takePicture(page, 'chain-archive');
  });

  test('names the file and the block of an import that failed', async () => {
    const node = await start(
      ...[BLOCK_FILES.testchainRlp, BLOCK_FILES.smallRlp].flatMap((file) => ['--chain.import', file]),
    );
    opened.push(() => node.stop());
    const card = cardOf(await pageOf(node));
    await card.getByText('Import failed').waitFor();
    await card.getByText('File 2 of 2').waitFor();
    await card.getByText(/small-chain\.rlp, block/).waitFor();
  });
});
