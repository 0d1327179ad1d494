import type { Clock } from '../base/runtime.ts';
import { ProtocolError } from '../p2p/errors.ts';
import type { Channel, ProtocolMessage } from '../p2p/protocol.ts';
import { STATUS_TIMEOUT_MS } from './constants.ts';
import { decodeReceived } from './received-message.ts';
import type { Status } from './status.ts';
import { ETH_CODES, ethMessageName, type EthVersion } from './versions.ts';

/**
 * The Status of the peer: its first message.
 * @throws ProtocolError when it does not arrive in STATUS_TIMEOUT_MS, and when the first message is another one
 */
export async function receiveStatus(channel: Channel, version: EthVersion): Promise<Status> {
  const first = await firstMessage(channel);
  if (first.code !== ETH_CODES.Status) {
    const name = ethMessageName(version, first.code) ?? `code ${String(first.code)}`;
    throw new ProtocolError('status-missing', { message: name }, { stage: 'status' });
  }
  const message = decodeReceived(version, first, 'status');
  if (message.name !== 'Status') throw new TypeError('The code of Status decodes to Status');
  return message.status;
}

async function firstMessage(channel: Channel): Promise<ProtocolMessage> {
  let expire: (error: ProtocolError) => void = () => undefined;
  const expired = new Promise<never>((_, reject) => {
    expire = reject;
  });
  const timer = channel.clock.after(STATUS_TIMEOUT_MS, () => {
    const seconds = STATUS_TIMEOUT_MS / 1000;
    expire(new ProtocolError('status-timeout', { seconds }, { stage: 'status' }));
  });
  try {
    return await Promise.race([channel.receive(), expired]);
  } finally {
    timer.cancel();
  }
}

/** Resolves when `promise` has resolved or failed, or after `ms` milliseconds. Its error is left to its other readers. */
export async function settledOrLate(promise: Promise<unknown>, clock: Clock, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(ms, resolve);
    const settle = (): void => {
      timer.cancel();
      resolve();
    };
    promise.then(settle, settle);
  });
}
