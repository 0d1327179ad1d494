import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { JsonSplitter } from '../../src-main/base/json-splitter.ts';
import { eventually } from './eventually.ts';

/** A client of an IPC socket, which reads what it is told to write. */
export class IpcClient {
  /** Every message that was received, in its order. */
  readonly messages: unknown[] = [];
  readonly socket: Socket;
  isClosed = false;
  readonly #splitter = new JsonSplitter(64 * 1024 * 1024);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      for (const text of this.#splitter.push(new Uint8Array(chunk))) this.messages.push(JSON.parse(text));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  static async open(path: string): Promise<IpcClient> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new IpcClient(socket);
  }

  /** Sends a text as it is. */
  write(text: string): void {
    this.socket.write(text);
  }

  /** The next message that nobody has taken. */
  next<T = unknown>(): Promise<T> {
    return eventually('a message', async () => this.messages.shift() as T | undefined);
  }

  /** Sends one call and returns the whole answer; for a client without notifications. */
  async call<T = { readonly result?: unknown; readonly error?: unknown }>(
    method: string,
    ...params: readonly unknown[]
  ): Promise<T> {
    this.write(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    return await this.next<T>();
  }

  /** Resolves when the other side has closed the connection. */
  async closed(): Promise<void> {
    await eventually('the connection is closed', async () => (this.isClosed ? true : undefined));
  }

  close(): void {
    this.socket.destroy();
  }
}
