import { WebSocket } from 'ws';
import type { PeerEvent } from '../../src-main/events/peer-events.ts';

/** A notification in geth's format. */
export interface RpcNotification {
  readonly jsonrpc: '2.0';
  readonly method: string;
  readonly params: { readonly subscription: string; readonly result: PeerEvent };
}

/** A JSON-RPC client over WebSocket. */
export class RpcSocketClient {
  readonly notifications: RpcNotification[] = [];
  /** Resolves to the close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #next = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as RpcNotification | { id: number };
      if ('method' in message) this.notifications.push(message);
      else this.#waiting.get(message.id)?.(message);
    });
  }

  /** @throws when the server refuses the upgrade */
  static async open(url: string, headers: Record<string, string> = {}): Promise<RpcSocketClient> {
    const socket = new WebSocket(url, { headers });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new RpcSocketClient(socket);
  }

  /** One call. @throws the error of the server */
  async call<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    const id = this.#next++;
    const answered = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    const answer = (await answered) as { result?: T; error?: { message: string } };
    if (answer.error !== undefined) throw new Error(answer.error.message);
    return answer.result as T;
  }

  /** The events of one type that have arrived, of one node. */
  events(type: PeerEvent['type'], peer: string): PeerEvent[] {
    return this.notifications
      .map(({ params }) => params.result)
      .filter((event) => event.type === type && event.peer === peer);
  }

  close(): void {
    this.#socket.terminate();
  }
}
