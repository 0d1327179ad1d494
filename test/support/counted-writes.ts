import type { ByteStream } from '../../src-main/base/network.ts';

/** Counts what is written to a stream: each call is a system call on a socket. */
export function countWrites(stream: ByteStream, onWrite: (bytes: Uint8Array) => void): ByteStream {
  const write = stream.write.bind(stream);
  stream.write = (bytes) => {
    onWrite(bytes);
    return write(bytes);
  };
  return stream;
}
