import { describeError } from '../base/errors.ts';
import { formatSocketAddress, ipFamily, isSameAddress } from '../base/ip.ts';
import type { DatagramSocket, DatagramTransport, SocketAddress } from '../base/network.ts';
import type { Clock, Timer } from '../base/runtime.ts';
import { NatError } from './errors.ts';

/** A request over UDP. */
export interface DatagramRequest<Answer> {
  readonly to: SocketAddress;
  readonly bytes: Uint8Array;
  /** Decodes a datagram from `to`; undefined when it is not the answer to this request. An error that it throws ends the request. */
  readonly read: (datagram: Uint8Array) => Answer | undefined;
  /** Delay before the first retransmission, milliseconds; it doubles each time. */
  readonly firstWaitMs: number;
  /** Total number of transmissions. */
  readonly sends: number;
}

/** Dependencies of a request. */
export interface DatagramRequester {
  readonly transport: DatagramTransport;
  readonly clock: Clock;
}

/**
 * Sends a request from its own socket, with retransmissions, until the answer arrives.
 * @throws NatError `no-answer` or `aborted`, and errors of `read`
 */
export async function requestDatagram<Answer>(
  { transport, clock }: DatagramRequester,
  request: DatagramRequest<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  const { to } = request;
  const socket = await bind(transport, ipFamily(to.ip) === 'ipv6' ? '::' : '0.0.0.0');
  let timer: Timer | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      onAbort = () => {
        reject(new NatError('aborted', `${formatSocketAddress(to)} did not answer in time`));
      };
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort);
      socket.onDatagram((datagram, from) => {
        if (!isSameAddress(from, to)) return;
        try {
          const answer = request.read(datagram);
          if (answer !== undefined) resolve(answer);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(describeError(error)));
        }
      });
      const send = (attempt: number): void => {
        socket.send(request.bytes, to);
        timer = clock.after(request.firstWaitMs * 2 ** (attempt - 1), () => {
          if (attempt < request.sends) send(attempt + 1);
          else reject(new NatError('no-answer', `${formatSocketAddress(to)} does not answer`));
        });
      };
      if (!signal.aborted) send(1);
    });
  } finally {
    timer?.cancel();
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    await socket.close();
  }
}

async function bind(transport: DatagramTransport, ip: string): Promise<DatagramSocket> {
  try {
    return await transport.bind({ ip, port: 0 });
  } catch (cause) {
    throw new NatError('no-answer', `No UDP socket could be opened: ${describeError(cause)}`, { cause });
  }
}
