import { bytesToHex, concatBytes, utf8ToBytes } from '../base/bytes.ts';
import type { LocalSocket, OpenLocalSocket } from '../base/local-socket.ts';
import type { Clock } from '../base/runtime.ts';
import { booleanOf, decodeMessage, encodeCall, METHOD_RETURN, type DbusCall } from './dbus-message.ts';

/*
 * Whether the desktop shows tray icons. On Linux that is a service on the session's D-Bus:
 * https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierWatcher/
 */

/** The service that takes tray icons, and the property that says whether anything displays them. */
const WATCHER = 'org.kde.StatusNotifierWatcher';
const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' } as const;

const HELLO: DbusCall = { serial: 1, ...BUS, interface: 'org.freedesktop.DBus', member: 'Hello', args: [] };
const HAS_OWNER: DbusCall = { ...HELLO, serial: 2, member: 'NameHasOwner', args: [WATCHER] };
const HAS_HOST: DbusCall = {
  ...{ serial: 3, destination: WATCHER, path: '/StatusNotifierWatcher' },
  ...{ interface: 'org.freedesktop.DBus.Properties', member: 'Get' },
  args: [WATCHER, 'IsStatusNotifierHostRegistered'],
};

/** A bus that needs longer counts as none, milliseconds. */
export const BUS_TIMEOUT_MS = 2_000;
/** BOUNDED: bytes of the bus that are kept. */
const MAX_RECEIVED = 65_536;

/** How the bus is reached. */
export interface BusParts {
  readonly clock: Pick<Clock, 'after'>;
  readonly openSocket: OpenLocalSocket;
  readonly environment: Readonly<Partial<Record<string, string>>>;
  /** The number of the user, which the bus checks against the socket. */
  readonly userId: number;
}

/** Whether the session has a service that displays tray icons. */
export async function hasTrayHost(parts: BusParts): Promise<boolean> {
  for (const path of busPaths(parts.environment)) {
    const answer = await askBus(path, parts);
    if (answer !== undefined) return answer;
  }
  return false;
}

/**
 * The sockets of the session bus: of DBUS_SESSION_BUS_ADDRESS, else in the user's runtime folder.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
 */
export function busPaths({
  DBUS_SESSION_BUS_ADDRESS: addresses,
  XDG_RUNTIME_DIR: folder,
}: BusParts['environment']): string[] {
  const ofUser = folder === undefined || folder === '' ? [] : [`${folder}/bus`];
  if (addresses === undefined || addresses === '') return ofUser;
  return addresses.split(';').flatMap((address) => {
    const [transport, list = ''] = address.split(/:(.*)/s);
    if (transport !== 'unix') return [];
    return list.split(',').flatMap((pair) => {
      const [key, value = ''] = pair.split(/=(.*)/s);
      const text = unescaped(value);
      if (text === undefined || text === '' || text.includes('\0')) return [];
      if (key === 'path') return [text];
      if (key === 'abstract') return [`\0${text}`];
      return key === 'runtime' ? ofUser : [];
    });
  });
}

function unescaped(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** Asks one bus. @returns undefined when it does not answer */
function askBus(path: string, parts: BusParts): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const conversation = new Conversation((answer) => {
      timer.cancel();
      socket.close();
      resolve(answer);
    });
    const socket = parts.openSocket(path, conversation);
    const timer = parts.clock.after(BUS_TIMEOUT_MS, () => {
      conversation.closed();
    });
    conversation.begin(socket, parts.userId);
  });
}

/** The authentication and the two questions. */
class Conversation {
  readonly #done: (answer: boolean | undefined) => void;
  #socket: LocalSocket | undefined;
  #received: Uint8Array = new Uint8Array();
  #isAuthenticated = false;
  #isOver = false;

  constructor(done: (answer: boolean | undefined) => void) {
    this.#done = done;
  }

  /** https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol */
  begin(socket: LocalSocket, userId: number): void {
    this.#socket = socket;
    const id = bytesToHex(utf8ToBytes(String(userId)));
    socket.send(utf8ToBytes(`\0AUTH EXTERNAL ${id}\r\n`));
  }

  received(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#received = concatBytes(this.#received, bytes);
    try {
      if (this.#received.length > MAX_RECEIVED) this.#end(undefined);
      else if (this.#isAuthenticated) this.#readReplies();
      else this.#readAuthentication();
    } catch {
      this.#end(undefined);
    }
  }

  closed(): void {
    this.#end(undefined);
  }

  #end(answer: boolean | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#done(answer);
  }

  #readAuthentication(): void {
    const end = this.#received.indexOf(0x0a);
    if (end < 0) return;
    const line = new TextDecoder().decode(this.#received.subarray(0, end));
    this.#received = this.#received.slice(end + 1);
    if (!line.startsWith('OK ')) {
      this.#end(undefined);
      return;
    }
    this.#isAuthenticated = true;
    const calls = [HELLO, HAS_OWNER].map(encodeCall);
    this.#socket?.send(concatBytes(utf8ToBytes('BEGIN\r\n'), ...calls));
    this.#readReplies();
  }

  #readReplies(): void {
    for (let next = decodeMessage(this.#received); next !== undefined; next = decodeMessage(this.#received)) {
      const { message, length } = next;
      this.#received = this.#received.slice(length);
      const value = message.type === METHOD_RETURN && booleanOf(message) === true;
      if (message.replySerial === HAS_HOST.serial) this.#end(value);
      if (message.replySerial !== HAS_OWNER.serial) continue;
      // A call to a name without owner would start the service.
      if (value) this.#socket?.send(encodeCall(HAS_HOST));
      else this.#end(false);
    }
  }
}
