import type { StopStep } from '../../shared/model/desktop.ts';
import type { CloseStack } from '../base/close-stack.ts';
import type { ServedChain } from '../app/served-chain.ts';
import { TransactionRelay } from '../relay/relay.ts';
import type { Runtime } from './runtime.ts';

/**
 * Starts the relay between the peers of a run and the pool of the source.
 * @param closing stops it
 * @returns undefined without a pool
 */
export function composeRelay(
  { transactions: source }: Pick<ServedChain, 'transactions'>,
  { clock, random, logger }: Pick<Runtime, 'clock' | 'random' | 'logger'>,
  closing: CloseStack<StopStep>,
): TransactionRelay | undefined {
  if (source === undefined) return undefined;
  const relay = new TransactionRelay({ source, clock, random, logger: logger.child('relay') });
  closing.add(() => {
    relay.stop();
  });
  relay.start();
  return relay;
}
