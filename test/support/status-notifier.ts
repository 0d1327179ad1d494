import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';

/*
 * A private session bus with a tray: a service that takes StatusNotifierItems, as a panel does. Items and their menus are read
 * and used over the bus (gdbus), as a panel would.
 */

const run = promisify(execFile);
const NAME = 'org.kde.StatusNotifierWatcher';

/** A session bus of its own, without services. */
export class PrivateBus {
  readonly #daemon: ChildProcess;
  readonly address: string;

  private constructor(daemon: ChildProcess, address: string) {
    this.#daemon = daemon;
    this.address = address;
  }

  static async start(): Promise<PrivateBus> {
    const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const address = await new Promise<string>((resolve, reject) => {
      daemon.once('error', reject);
      daemon.once('exit', () => {
        reject(new Error('dbus-daemon has ended'));
      });
      createInterface({ input: daemon.stdout }).once('line', resolve);
    });
    return new PrivateBus(daemon, address);
  }

  stop(): void {
    this.#daemon.kill();
  }

  /** Calls a method; @returns the reply in GVariant's text form */
  async call(destination: string, path: string, method: string, ...args: string[]): Promise<string> {
    const { stdout } = await run('gdbus', [
      ...['call', '--address', this.address, '--dest', destination, '--object-path', path],
      ...['--timeout', '10', '--method', method, ...args],
    ]);
    return stdout;
  }
}

/** A tray on the bus. */
export class FakeTray {
  /** Services that have registered an item: bus name, or path, as the caller gives it. */
  readonly items: string[] = [];
  readonly #bus: PrivateBus;
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #serial = 0;
  #isAuthenticated = false;

  private constructor(bus: PrivateBus, socket: Socket) {
    this.#bus = bus;
    this.#socket = socket;
  }

  static async open(bus: PrivateBus): Promise<FakeTray> {
    const [, , path = ''] = /^unix:(path|abstract)=([^,]*)/.exec(bus.address) ?? [];
    const isAbstract = bus.address.startsWith('unix:abstract');
    const socket = createConnection({ path: isAbstract ? `\0${path}` : path });
    const tray = new FakeTray(bus, socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.on('data', (bytes) => {
        tray.#receive(bytes, resolve);
      });
      const id = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
      socket.write(`\0AUTH EXTERNAL ${id}\r\n`);
    });
    return tray;
  }

  /** The tray goes, as when a panel crashes. */
  close(): void {
    this.#socket.destroy();
  }

  /** The tooltip of the first item. */
  async tooltip(): Promise<string> {
    const property = ['org.kde.StatusNotifierItem', 'ToolTip'] as const;
    return this.#bus.call(...this.#item(), 'org.freedesktop.DBus.Properties.Get', ...property);
  }

  /** The labels of the menu of the first item with their IDs. */
  async menu(): Promise<ReadonlyMap<string, number>> {
    const text = await this.#callMenu('GetLayout', 'int32 0', 'int32 -1', '@as []');
    const items = [...text.matchAll(/<\((\d+), \{([^}]*)\}/g)].flatMap(([, id, properties = '']) => {
      const label = /'label': <'([^']*)'>/.exec(properties)?.[1];
      return label === undefined ? [] : [[label, Number(id)] as const];
    });
    return new Map(items);
  }

  /** Chooses an item of the menu; again with its new ID when the application has replaced the menu meanwhile. */
  async choose(label: string): Promise<void> {
    await eventually(`the item ${label} is chosen`, async () => {
      const id = (await this.menu()).get(label);
      if (id === undefined) throw new Error(`The menu has no item ${label}`);
      await this.#callMenu('Event', `int32 ${String(id)}`, "'clicked'", '<0>', 'uint32 0');
      return true;
    });
  }

  /** Clicks the icon. */
  async activate(): Promise<void> {
    await this.#bus.call(...this.#item(), 'org.kde.StatusNotifierItem.Activate', 'int32 0', 'int32 0');
  }

  #item(): [string, string] {
    const [name = ''] = this.items;
    return [name, '/StatusNotifierItem'];
  }

  async #callMenu(method: string, ...args: string[]): Promise<string> {
    const property = ['org.kde.StatusNotifierItem', 'Menu'] as const;
    const reply = await this.#bus.call(...this.#item(), 'org.freedesktop.DBus.Properties.Get', ...property);
    const path = /objectpath '([^']*)'/.exec(reply)?.[1] ?? '';
    return this.#bus.call(this.#item()[0], path, `com.canonical.dbusmenu.${method}`, ...args);
  }

  #receive(bytes: Buffer, ready: () => void): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    if (!this.#isAuthenticated) {
      const end = this.#received.indexOf('\n');
      if (end < 0) return;
      this.#received = this.#received.subarray(end + 1);
      this.#isAuthenticated = true;
      this.#socket.write('BEGIN\r\n');
      const bus = { path: '/org/freedesktop/DBus', destination: 'org.freedesktop.DBus' };
      const call = { type: 1, ...bus, interface: 'org.freedesktop.DBus' };
      this.#send({ ...call, member: 'Hello', signature: '', body: Buffer.alloc(0) });
      // 4: do not queue for the name.
      const body = joined([textOf(NAME), uint32(4)]);
      this.#send({ ...call, member: 'RequestName', signature: 'su', body });
    }
    for (let message = this.#next(); message !== undefined; message = this.#next()) {
      if (message.type === 2 && message.replySerial === 2) ready();
      if (message.type === 1) this.#answer(message);
    }
  }

  #answer(message: Message): void {
    const reply = { type: 2, destination: message.sender ?? '', replySerial: message.serial };
    if (message.member === 'RegisterStatusNotifierItem') {
      const given = message.body.toString('utf8', 4, 4 + message.body.readUInt32LE(0));
      this.items.push(given.startsWith('/') ? (message.sender ?? '') : given);
      this.#send({ ...reply, signature: '', body: Buffer.alloc(0) });
    } else if (message.member === 'Get') {
      // The only property that is asked for is the boolean IsStatusNotifierHostRegistered.
      this.#send({ ...reply, signature: 'v', body: Buffer.from([1, 0x62, 0, 0, 1, 0, 0, 0]) });
    } else {
      this.#send({ ...reply, signature: '', body: Buffer.alloc(0) });
    }
  }

  #send(message: Outgoing): void {
    this.#serial += 1;
    this.#socket.write(encode(message, this.#serial));
  }

  #next(): Message | undefined {
    const bytes = this.#received;
    if (bytes.length < 16) return undefined;
    const fieldsEnd = 16 + bytes.readUInt32LE(12);
    const bodyAt = up(fieldsEnd, 8);
    const end = bodyAt + bytes.readUInt32LE(4);
    if (bytes.length < end) return undefined;
    this.#received = bytes.subarray(end);
    const fields = readFields(bytes, fieldsEnd);
    return {
      type: bytes[1] ?? 0,
      serial: bytes.readUInt32LE(8),
      member: fields.get(3) as string | undefined,
      sender: fields.get(7) as string | undefined,
      replySerial: fields.get(5) as number | undefined,
      body: bytes.subarray(bodyAt, end),
    };
  }
}

interface Message {
  readonly type: number;
  readonly serial: number;
  readonly member: string | undefined;
  readonly sender: string | undefined;
  readonly replySerial: number | undefined;
  readonly body: Buffer;
}

interface Outgoing {
  readonly type: number;
  readonly destination: string;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly replySerial?: number;
  readonly signature: string;
  readonly body: Buffer;
}

const up = (offset: number, to: number): number => Math.ceil(offset / to) * to;

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const textOf = (text: string): Buffer =>
  Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(`${text}\0`)]);

/** Joins values, each at a multiple of four. */
const joined = (parts: readonly Buffer[]): Buffer =>
  parts.reduce(
    (all, part) => Buffer.concat([all, Buffer.alloc(up(all.length, 4) - all.length), part]),
    Buffer.alloc(0),
  );

function encode(message: Outgoing, serial: number): Buffer {
  const texts: readonly (readonly [number, string, string | undefined])[] = [
    [1, 'o', message.path],
    [2, 's', message.interface],
    [3, 's', message.member],
    [6, 's', message.destination],
  ];
  const fields = texts.flatMap(([code, type, text]) =>
    text === undefined
      ? []
      : [Buffer.concat([Buffer.from([code, 1]), Buffer.from(`${type}\0`), textOf(text)])],
  );
  if (message.replySerial !== undefined)
    fields.push(Buffer.concat([Buffer.from([5, 1, 0x75, 0]), uint32(message.replySerial)]));
  if (message.signature !== '') {
    const length = Buffer.from([message.signature.length]);
    fields.push(Buffer.concat([Buffer.from([8, 1, 0x67, 0]), length, Buffer.from(`${message.signature}\0`)]));
  }
  const array = fields.reduce(
    (all, part) => Buffer.concat([all, Buffer.alloc(up(all.length, 8) - all.length), part]),
    Buffer.alloc(0),
  );
  const start = Buffer.concat([
    Buffer.from([0x6c, message.type, 0, 1]),
    ...[uint32(message.body.length), uint32(serial), uint32(array.length), array],
  ]);
  return Buffer.concat([start, Buffer.alloc(up(start.length, 8) - start.length), message.body]);
}

function readFields(bytes: Buffer, end: number): ReadonlyMap<number, string | number> {
  const fields = new Map<number, string | number>();
  let at = 16;
  while (at < end) {
    at = up(at, 8);
    const code = bytes[at] ?? 0;
    const type = String.fromCharCode(bytes[at + 2] ?? 0);
    at += 4;
    if (type === 'u') {
      fields.set(code, bytes.readUInt32LE(at));
      at += 4;
    } else if (type === 'g') {
      at += (bytes[at] ?? 0) + 2;
    } else {
      const length = bytes.readUInt32LE(at);
      fields.set(code, bytes.toString('utf8', at + 4, at + 4 + length));
      at += 4 + length + 1;
    }
  }
  return fields;
}
