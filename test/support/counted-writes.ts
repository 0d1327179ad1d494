import type { ByteStream } from '../../src-main/base/network.ts';

/** Reports each write to a stream: on a socket every write is a system call. */
export function countWrites(stream: ByteStream, onWrite: (bytes: Uint8Array) => void): ByteStream {
  const write = stream.write.bind(stream);
  stream.write = (bytes) => {
    onWrite(bytes);
    return write(bytes);
  };
  return stream;
}
