/** How a test of the Doctor has its packets and messages recorded, whether or not a recording runs. */
import type { SocketAddress } from '../base/network.ts';
import type { TapSource } from './connection-tap.ts';

/** Where a record of a test comes from: a connection of the test, or a discovery protocol. */
export type TestRecordSource = 'session' | 'discv4' | 'discv5' | 'dns';

/** The recording of one test: its connections, and the discovery packets of the endpoints that it contacts. */
export interface TestTap extends Pick<TapSource, 'connection'> {
  /** From now on the discovery packets to and from an endpoint belong to the test. */
  contact(to: SocketAddress): void;
  /** Ends the recording of the test; its records stay. */
  close(): void;
}

/** Opens the recording of a test. */
export interface TestTapSource {
  /**
   * @param id digits that identify the test within this run
   * @param onRecord gets the sequence number of each record of the test
   */
  test(id: string, onRecord: (seq: number, source: TestRecordSource) => void): TestTap;
}
