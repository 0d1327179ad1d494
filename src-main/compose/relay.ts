import type { StopStep } from '../../shared/model/desktop.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import type { CloseStack } from '../base/close-stack.ts';
import type { ServedChain } from '../app/served-chain.ts';
import { OBSERVING_SOURCE } from '../relay/observing-source.ts';
import { TransactionRelay } from '../relay/relay.ts';
import type { Runtime } from './runtime.ts';

/**
 * Starts the relay between the peers of a run and the pool of the source. Without a pool it observes transactions, if the
 * settings say so.
 * @param closing stops it
 * @returns undefined where transactions are dropped
 */
export function composeRelay(
  { transactions: pool }: Pick<ServedChain, 'transactions'>,
  { observeTransactions }: Pick<NodeSettings, 'observeTransactions'>,
  runtime: Pick<Runtime, 'clock' | 'random' | 'logger'>,
  closing: CloseStack<StopStep>,
): TransactionRelay | undefined {
  const { clock, random } = runtime;
  const logger = runtime.logger.child('relay');
  const source = pool ?? (observeTransactions ? OBSERVING_SOURCE : undefined);
  if (source === undefined) return undefined;
  if (!source.hasPool) logger.info('Transactions are observed and not relayed');
  else if (observeTransactions)
    logger.warn('Transactions are relayed, not only observed: the chain source is an execution client');
  const relay = new TransactionRelay({ source, clock, random, logger });
  closing.add(() => {
    relay.stop();
  });
  relay.start();
  return relay;
}
