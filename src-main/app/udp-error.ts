import { EnodeckError, type NetworkError } from '../base/errors.ts';

/** Why UDP sockets cannot be opened. */
export type UdpErrorCode = 'port-in-use' | 'address-not-available' | 'permission-denied' | 'cannot-listen';

/** A node that cannot open its UDP sockets. */
export class UdpError extends EnodeckError<UdpErrorCode> {
  constructor(code: UdpErrorCode, message: string, options?: ErrorOptions) {
    super('discovery', code, message, options);
  }
}

/** One sentence for a port that could not be bound. */
export function udpErrorOf(cause: NetworkError, port: number): UdpError {
  const [code, message] = reasonOf(cause, `UDP port ${String(port)}`);
  return new UdpError(code, message, { cause });
}

function reasonOf({ code, message }: NetworkError, where: string): [UdpErrorCode, string] {
  switch (code) {
    case 'address-in-use':
      return ['port-in-use', `${where} is in use by another program.`];
    case 'address-not-available':
      return [code, `This machine lacks a listen address of discovery (${message}).`];
    case 'permission-denied':
      return [code, `The system does not allow listening on ${where}.`];
    default:
      return ['cannot-listen', `Listening on ${where} failed (${message}).`];
  }
}
