/** The checks on the source of the chain that the node serves. */
import { isGraveLack, type GraveLack } from '../../shared/chain-lacks.ts';
import { formatDuration, formatPercent, formatQuantity } from '../../shared/format.ts';
import { clientAdviceOf } from '../../shared/causes/client-advice.ts';
import { withoutFullStop } from '../../shared/causes/sentences.ts';
import type { ArchiveView, ChainView, ImportView, SentryView } from '../../shared/model/chain.ts';
import type { HealthCheck } from '../../shared/model/node.ts';
import type { SettingKey } from '../../shared/settings-table.ts';
import { check } from './health-facts.ts';

/** Input of the checks of the chain. */
export interface ChainFacts {
  /** Unix milliseconds. */
  readonly now: number;
  readonly chain: Pick<ChainView, 'source' | 'range'>;
}

const ID = 'chain';

/** What follows from a lack, as the end of a sentence. */
const LOSSES: Readonly<Record<GraveLack, string>> = {
  'no-blocks-served': 'no blocks are served',
  'no-bodies-served': 'no bodies are served',
  'no-receipts-served': 'no receipts are served',
  'transactions-are-not-relayed': 'transactions are not relayed',
  'pool-is-not-served': 'pooled transactions are not served',
  'pending-transactions-are-not-announced': 'pending transactions are not announced',
};

/** The checks of the chosen source, the worst first. */
export function chainChecks(facts: ChainFacts): readonly HealthCheck[] {
  const { source } = facts.chain;
  switch (source.kind) {
    case 'none':
      return [check(ID, 'good', 'Chain source: none', 'peers that synchronise get no blocks and leave')];
    case 'sentry':
      return [...wrongItems(source), sentryCheck(source, facts)];
    case 'archive':
      return archiveChecks(source, facts);
  }
}

function sentryCheck(source: SentryView, facts: ChainFacts): HealthCheck {
  const { phase, client, address, lacks } = source;
  if (phase !== 'connected') return awayCheck(source, facts);
  const lost = lacks.flatMap(({ method, consequence }) =>
    isGraveLack(consequence) ? [{ method, consequence }] : [],
  );
  const name = client === null || client === '' ? address : `${client}, ${address}`;
  if (lost.length === 0) return check(ID, 'good', 'Execution client', `${blocksText(facts)}; ${name}`);
  const isUseless = lost.some(({ consequence }) => consequence === 'no-blocks-served');
  return check(
    ID,
    isUseless ? 'bad' : 'warning',
    isUseless ? 'Execution client serves no blocks' : 'Execution client lacks methods',
    `${lost.map(({ method, consequence }) => `without ${method} ${LOSSES[consequence]}`).join('; ')} (${name})`,
    lacksAdvice(source, lost),
  );
}

function lacksAdvice({ usesJwt }: SentryView, lost: readonly { readonly method: string }[]): string {
  const advice = 'Enable the name spaces eth, debug and web3 of the client’s RPC.';
  if (!usesJwt || !lost.some(({ method }) => method.startsWith('debug_'))) return advice;
  return `${advice} The port of geth for a consensus client, 8551, has no name space debug: use geth’s HTTP, WebSocket or IPC, which need no JWT secret.`;
}

function awayCheck({ address, failure, since }: SentryView, facts: ChainFacts): HealthCheck {
  if (failure === null) return check(ID, 'pending', 'Execution client', `connecting to ${address}`);
  const reason = withoutFullStop(failure.message);
  const known = clientAdviceOf(failure);
  if (failure.code === 'rpc-wrong-chain') {
    const advice = known && `${known}.`;
    return setting('sentry', check(ID, 'bad', 'Execution client is of another chain', reason, advice));
  }
  const rest = 'sessions stay, and requests get empty answers';
  const evidence = `${address} for ${formatDuration(facts.now - since)}: ${reason}; ${frozenText(facts)}; ${rest}`;
  const advice = `${known ?? 'Start the client, or correct its address'}. This node connects again by itself.`;
  return setting('sentry', check(ID, 'bad', 'Execution client is away', evidence, advice));
}

function frozenText({ chain: { range } }: ChainFacts): string {
  return range.latest === '0'
    ? 'only genesis is announced'
    : `the announced head stays block ${range.latest}`;
}

/** Separate from the connection, because the client goes on serving the others. */
function wrongItems({ wrongItems: count, lastWrongItem }: SentryView): readonly HealthCheck[] {
  if (count === 0) return [];
  const last = lastWrongItem === null ? '' : `; the last: ${withoutFullStop(lastWrongItem.message)}`;
  return [
    check(
      'chain-items',
      'warning',
      'Execution client sent wrong items',
      `${formatQuantity(count, 'item')} not served${last}`,
      'Check the client and its database.',
    ),
  ];
}

function archiveChecks(source: ArchiveView, facts: ChainFacts): readonly HealthCheck[] {
  const { import: running, withoutReceipts } = source;
  const isEmpty = facts.chain.range.latest === '0';
  const checks: HealthCheck[] = [];
  if (running !== null && running.state !== 'done') checks.push(importCheck(running));
  if (isEmpty && running?.state !== 'running') {
    const advice = 'Import files of blocks: “Files to import”, or the command chain import.';
    checks.push(setting('chainImport', check(ID, 'warning', 'Archive is empty', source.folder, advice)));
  }
  if (isEmpty) return checks;
  checks.push(
    withoutReceipts === '0'
      ? check(ID, 'good', 'Archive', blocksText(facts))
      : check(
          ID,
          'warning',
          'Archive lacks receipts',
          `${blocksText(facts)}; ${formatQuantity(BigInt(withoutReceipts), 'block')} without receipts, for which peers get none`,
          'Import an .era1 or .ere file that has them.',
        ),
  );
  return checks;
}

function importCheck({
  state,
  file,
  place,
  files,
  bytes,
  bytesRead,
  blocks,
  failure,
}: ImportView): HealthCheck {
  const id = 'chain-import';
  const added = `${formatQuantity(BigInt(blocks), 'block')} added`;
  if (state === 'failed') {
    const reason = withoutFullStop(failure?.message ?? 'the reason is in the log');
    const advice =
      'The blocks before it stay. Correct the files; the import goes on at the next start of the node.';
    return setting('chainImport', check(id, 'bad', 'Import failed', `${reason}; ${added}`, advice));
  }
  const done = bytes === 0 ? '' : ` ${formatPercent(bytesRead / bytes)}`;
  return check(
    id,
    'pending',
    'Import',
    `file ${String(place)} of ${String(files)}, ${file}${done}; ${added}`,
  );
}

const blocksText = ({ chain: { range } }: ChainFacts): string =>
  `blocks ${range.earliest} to ${range.latest}`;

const setting = (key: SettingKey, line: HealthCheck): HealthCheck => ({
  ...line,
  actions: [{ kind: 'open-setting', params: { key } }],
});
