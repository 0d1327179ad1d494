import { formatSocketAddress } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import type { ConnectionTap } from '../events/connection-tap.ts';
import type { Direction } from '../events/events.ts';
import type { TestRecordSource, TestTap } from '../events/test-tap.ts';

/** BOUNDED: records of one test that are made although no recording runs (our choice): a test needs about 30. */
export const MAX_TEST_RECORDS = 512;
/** BOUNDED: bytes of their payloads. */
export const MAX_TEST_BYTES = 2 * 1024 * 1024;
/** BOUNDED: endpoints of one test. */
const MAX_ENDPOINTS = 16;

/** What a test uses of the recorder. */
export interface TestOwner {
  /** Opens the tap of a connection of the test. */
  readonly connection: (test: RecordedTest, direction: Direction, remote: SocketAddress) => ConnectionTap;
  readonly onClose: (test: RecordedTest) => void;
}

/** One test of the Doctor that is recorded. The bounds keep the tested node from filling the ring. */
export class RecordedTest implements TestTap {
  readonly id: string;
  readonly #owner: TestOwner;
  readonly #onRecord: (seq: number, source: TestRecordSource) => void;
  /** `ip:port`. BOUNDED: MAX_ENDPOINTS. */
  readonly #endpoints = new Set<string>();
  #isOpen = true;
  #records = 0;
  #bytes = 0;

  constructor(id: string, owner: TestOwner, onRecord: (seq: number, source: TestRecordSource) => void) {
    this.id = id;
    this.#owner = owner;
    this.#onRecord = onRecord;
  }

  /** Whether a record is made although no recording runs. */
  get hasRoom(): boolean {
    return this.#isOpen && this.#records < MAX_TEST_RECORDS && this.#bytes < MAX_TEST_BYTES;
  }

  connection(direction: Direction, remote: SocketAddress): ConnectionTap {
    return this.#owner.connection(this, direction, remote);
  }

  contact(to: SocketAddress): void {
    if (this.#endpoints.size < MAX_ENDPOINTS) this.#endpoints.add(formatSocketAddress(to));
  }

  /** @param endpoint `ip:port` */
  contacts(endpoint: string): boolean {
    return this.#endpoints.has(endpoint);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#owner.onClose(this);
  }

  /** Counts a record of the test. */
  note(seq: number, source: TestRecordSource, bytes: number): void {
    this.#records += 1;
    this.#bytes += bytes;
    this.#onRecord(seq, source);
  }
}
