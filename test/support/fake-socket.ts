import { EventEmitter } from 'node:events';

/** A WebSocket whose queue a test fills. */
export class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  pings = 0;
  readonly sent: Record<string, unknown>[] = [];
  readonly ended: (number | 'cut')[] = [];
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  ping(): void {
    this.pings += 1;
  }
  close(code: number): void {
    this.#end(code);
  }
  terminate(): void {
    this.#end('cut');
  }
  take(): Record<string, unknown>[] {
    return this.sent.splice(0);
  }
  say(message: unknown): void {
    this.emit('message', Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
  }
  #end(how: number | 'cut'): void {
    this.ended.push(how);
    this.readyState = 3;
    this.emit('close');
  }
}
