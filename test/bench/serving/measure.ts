import { askAgain, type AllExchanges, type Exchange } from './exchanges.ts';
import { KINDS, WINDOWS, type Kind, type Window } from './figures.ts';
import { Requester } from './requester.ts';

/**
 * Most requests of one measurement. Our node delays those of a session above 300 at once and 100 a second
 * (p2p/inbound-limits.ts): with more, that limit would be measured.
 */
const MAX_REQUESTS = 240;

/** Bytes of the answers of one measurement after which no further request is sent. */
const ENOUGH_BYTES = 128 * 1024 * 1024;

/** Requests a second, by kind and by the number of them in flight. */
export type Rates = Readonly<Record<Kind, Readonly<Record<Window, number>>>>;

/** A server, by its name in messages and its enode URL. */
export interface Server {
  readonly name: string;
  readonly enode: string;
}

/** The rates of a server, each with a session of its own. All requests were sent to it before, so that its caches have what they keep. */
export async function measureServer(server: Server, exchanges: AllExchanges): Promise<Rates> {
  const rates: Partial<Record<Kind, Record<Window, number>>> = {};
  for (const kind of KINDS) {
    const { full } = exchanges[kind];
    rates[kind] = {
      one: await inSession(server, (requester) => rateOf(server, requester, full, WINDOWS.one)),
      piped: await inSession(server, (requester) => rateOf(server, requester, full, WINDOWS.piped)),
    };
  }
  return rates as Rates;
}

/**
 * The rates of a server that has just started: it is asked for each block once, by one session, first for all headers, then
 * for the bodies and the receipts, as by a peer that syncs. Requests for the end of the chain come before. These are fewer
 * calls to its client than a node makes at once for one peer (sentry/rpc-budget.ts).
 */
export async function measureOnce(
  server: Server,
  exchanges: AllExchanges,
): Promise<Readonly<Record<Kind, number>>> {
  return await inSession(server, async (requester) => {
    const rates: Partial<Record<Kind, number>> = {};
    for (const kind of KINDS) {
      const { full, rest } = exchanges[kind];
      for (const exchange of rest) await askAgain(requester, exchange, server.name);
      const begun = performance.now();
      for (const exchange of full) await askAgain(requester, exchange, server.name);
      rates[kind] = (full.length * 1000) / (performance.now() - begun);
    }
    return rates as Record<Kind, number>;
  });
}

/** Sends every request once. @throws Error when an answer is not that of geth */
export async function compare(server: Server, exchanges: AllExchanges): Promise<void> {
  await inSession(server, async (requester) => {
    for (const kind of KINDS) {
      const { full, rest } = exchanges[kind];
      for (const exchange of [...full, ...rest]) await askAgain(requester, exchange, server.name);
    }
  });
}

async function inSession<T>({ enode }: Server, use: (requester: Requester) => Promise<T>): Promise<T> {
  const requester = await Requester.connect(enode);
  try {
    return await use(requester);
  } finally {
    await requester.close();
  }
}

async function rateOf(
  { name }: Server,
  requester: Requester,
  exchanges: readonly Exchange[],
  inFlight: number,
): Promise<number> {
  let [sent, bytes] = [0, 0];
  const worker = async (): Promise<void> => {
    while (sent < MAX_REQUESTS && bytes < ENOUGH_BYTES) {
      const exchange = exchanges[sent % exchanges.length];
      if (exchange === undefined) return;
      sent += 1;
      bytes += exchange.answer.length;
      await askAgain(requester, exchange, name);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (sent * 1000) / (performance.now() - begun);
}
