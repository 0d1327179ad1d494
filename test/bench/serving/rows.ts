import { join } from 'node:path';
import { TESTCHAIN, type Geth } from '../../support/geth.ts';
import { haveRealPeer } from '../../support/real-peers.ts';
import { startClient, startServingNode } from '../../support/serving-node.ts';
import { chainIn, type SuiteChain } from '../../support/suite-chain.ts';
import { median } from '../rate.ts';
import { printRow, type Row } from '../rows.ts';
import { exchangesWith, SIZES, type AllExchanges } from './exchanges.ts';
import { figureOf, KINDS, WINDOWS, type Kind, type Source, type Window } from './figures.ts';
import { compare, measureOnce, measureServer, type Rates, type Server } from './measure.ts';
import { Requester } from './requester.ts';

/** Rounds in which all servers are measured in turn; the result is the median. */
const ROUNDS = 5;

interface Round {
  readonly geth: Rates;
  readonly archive: Rates;
  readonly warm: Rates;
  readonly cold: Readonly<Record<Kind, number>>;
}

/**
 * Requests for the chain, answered by our node from each of its sources and by geth, all separate processes with the same
 * blocks. The requester is this process. Every answer must be that of geth.
 */
export async function serving(root: string): Promise<Row[]> {
  if (!haveRealPeer('geth72')) {
    process.stderr.write(
      'geth is not here (node build/real-peers.mjs geth72): serving is not measured, as its answers are what ours are compared with.\n',
    );
    return [];
  }
  const vectors = join(root, 'test', 'vectors');
  const chain = chainIn(join(vectors, 'testchain'));
  const files = [join(vectors, 'era', 'testchain-noproofs.ere')];
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const geth = await startClient(chain);
    ends.push(() => geth.stop());
    const archive = await startServingNode(chain, { files });
    ends.push(() => archive.stop());
    const warm = await startServingNode(chain, { client: geth.ipcPath });
    ends.push(() => warm.stop());
    const exchanges = await exchangesOf(geth);
    const servers = {
      geth: { name: 'geth', enode: geth.info.enode },
      archive: { name: 'the node with an archive', enode: archive.info.enode },
      warm: { name: 'the node in front of geth', enode: warm.info.enode },
    };
    for (const server of Object.values(servers)) await compare(server, exchanges);
    const rounds: Round[] = [];
    while (rounds.length < ROUNDS) rounds.push(await round(servers, chain, geth, exchanges));
    return rowsOf(rounds, exchanges);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function exchangesOf(geth: Geth): Promise<AllExchanges> {
  const requester = await Requester.connect(geth.info.enode);
  try {
    return await exchangesWith(requester, TESTCHAIN.headBlock);
  } finally {
    await requester.close();
  }
}

async function round(
  servers: Readonly<Record<'geth' | 'archive' | 'warm', Server>>,
  chain: SuiteChain,
  client: Geth,
  exchanges: AllExchanges,
): Promise<Round> {
  return {
    geth: await measureServer(servers.geth, exchanges),
    archive: await measureServer(servers.archive, exchanges),
    warm: await measureServer(servers.warm, exchanges),
    cold: await coldRound(chain, client, exchanges),
  };
}

/** A new node, because a cache keeps what it has. */
async function coldRound(chain: SuiteChain, client: Geth, exchanges: AllExchanges): Promise<Round['cold']> {
  const node = await startServingNode(chain, { client: client.ipcPath });
  try {
    return await measureOnce({ name: 'the started node', enode: node.info.enode }, exchanges);
  } finally {
    await node.stop();
  }
}

function rowsOf(rounds: readonly Round[], exchanges: AllExchanges): Row[] {
  const middle = (of: (round: Round) => number): number => median(rounds.map(of));
  const rows: Row[] = [];
  for (const kind of KINDS) {
    const { full } = exchanges[kind];
    const bytes = full.reduce((sum, { answer }) => sum + answer.length, 0) / full.length;
    const add = (source: Source, window: Window, ours: (round: Round) => number): void => {
      const figure = figureOf(kind, source, window, SIZES[kind], bytes);
      const peers = { geth: middle(({ geth }) => geth[kind][window]) };
      const row = { ...figure, ours: middle(ours), peers };
      printRow(row);
      rows.push(row);
    };
    for (const window of Object.keys(WINDOWS) as Window[])
      for (const source of ['archive', 'warm'] as const)
        add(source, window, (each) => each[source][kind][window]);
    add('cold', 'one', ({ cold }) => cold[kind]);
  }
  return rows;
}
