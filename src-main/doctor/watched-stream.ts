import { concatBytes, EMPTY_BYTES } from '../base/bytes.ts';
import type { ByteStream, SocketAddress } from '../base/network.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { ReceivedBytes } from './evidence.ts';

/** First bytes that are kept: enough to recognise a text protocol. */
const HEAD_BYTES = 32;

/** A stream that counts what it receives and keeps the first bytes: evidence of which program answers. */
export class WatchedStream implements ByteStream {
  readonly #stream: ByteStream;
  #count = 0;
  #head = EMPTY_BYTES;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  get received(): ReceivedBytes {
    return { count: this.#count, head: this.#head };
  }

  get remote(): SocketAddress {
    return this.#stream.remote;
  }

  get local(): SocketAddress {
    return this.#stream.local;
  }

  get queued(): number {
    return this.#stream.queued;
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#stream.onData((chunk) => {
      this.#note(chunk);
      listener(chunk);
    });
  }

  onClose(listener: (error: Error | undefined) => void): Unsubscribe {
    return this.#stream.onClose(listener);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  write(bytes: Uint8Array): boolean {
    return this.#stream.write(bytes);
  }

  drained(): Promise<void> {
    return this.#stream.drained();
  }

  end(): void {
    this.#stream.end();
  }

  destroy(error?: Error): void {
    this.#stream.destroy(error);
  }

  #note(chunk: Uint8Array): void {
    this.#count += chunk.length;
    const room = HEAD_BYTES - this.#head.length;
    if (room === 0) return;
    this.#head = concatBytes(this.#head, chunk.subarray(0, room));
  }
}
