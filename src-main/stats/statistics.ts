import { Arrivals } from './arrivals.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock, Timer, Unsubscribe } from '../base/runtime.ts';
import type { ClockDrift } from '../health/clock-drift.ts';
import { ConnectionCounters } from './connection-counters.ts';
import { Counters } from './counters.ts';
import type { EventLines } from '../events/event-lines.ts';
import { startEventLoopGauge, type EventLoopGauge } from './event-loop.ts';
import type { EventSource } from '../events/events.ts';
import type { OutsideContacts } from '../health/outside-contacts.ts';
import { MinuteSessions } from './minute-sessions.ts';
import { DialOutcomes, PastOutcomes } from './outcomes.ts';
import { TrafficHistory } from './traffic-history.ts';
import type { UnknownForks } from '../health/unknown-forks.ts';

/** Seconds per reading of the event loop delay. */
const GAUGE_SECONDS = 10;
/** BOUNDED: nodes whose client names are kept; the least recently seen is removed first. */
const MAX_CLIENTS = 8_192;

/** Readers of the event stream in other rooms, which get every event. */
export interface EventReaders {
  readonly lines: EventLines;
  readonly clockDrift: ClockDrift;
  readonly outside: OutsideContacts;
  readonly unknownForks: UnknownForks;
}

/** All statistics from the event stream, for the lifetime of the program. */
export class Statistics {
  readonly counters = new Counters();
  readonly connections = new ConnectionCounters();
  readonly arrivals = new Arrivals();
  readonly minuteSessions = new MinuteSessions();
  readonly traffic = new TrafficHistory();
  readonly lines: EventLines;
  readonly dials = new DialOutcomes();
  readonly outcomes = new PastOutcomes();
  readonly clockDrift: ClockDrift;
  readonly outside: OutsideContacts;
  readonly unknownForks: UnknownForks;
  readonly #clock: Clock;
  /** Client names by node ID. */
  readonly #clients = new BoundedMap<string, string>(MAX_CLIENTS);
  readonly #unsubscribe: Unsubscribe;
  readonly #gauge: EventLoopGauge;
  #delay: { readonly p99Ms: number; readonly maxMs: number } | undefined;
  #seconds = 0;
  #timer: Timer;

  constructor(events: EventSource, clock: Clock, readers: EventReaders) {
    this.#clock = clock;
    this.lines = readers.lines;
    this.clockDrift = readers.clockDrift;
    this.outside = readers.outside;
    this.unknownForks = readers.unknownForks;
    this.#gauge = startEventLoopGauge();
    this.#unsubscribe = events.subscribe((event, at) => {
      this.counters.apply(event);
      this.connections.apply(event);
      this.arrivals.apply(event, at);
      this.minuteSessions.apply(event, clock.monotonic());
      this.lines.apply(event, at);
      this.dials.apply(event, at);
      this.outcomes.apply(event, at);
      this.clockDrift.apply(event);
      this.outside.apply(event, at);
      this.unknownForks.apply(event);
      if (event.type === 'peer/added') this.#clients.set(event.idHex, event.name);
    });
    this.#timer = this.#nextSecond(clock.monotonic() + 1_000);
  }

  /** Event loop delay in the last GAUGE_SECONDS; undefined before the first reading. */
  get eventLoop(): { readonly p99Ms: number; readonly maxMs: number } | undefined {
    return this.#delay;
  }

  /** Client name in the last Hello of a node; null if unknown. */
  clientOf(idHex: string): string | null {
    return this.#clients.peek(idHex) ?? null;
  }

  /** Adds a client name from an earlier run. */
  recallClient(idHex: string, name: string): void {
    if (name !== '') this.#clients.set(idHex, name);
  }

  /** Stops the timer and the subscription. */
  close(): void {
    this.#unsubscribe();
    this.#timer.cancel();
    this.#gauge.stop();
  }

  /** Schedules the next second by its deadline, so that a late timer does not stretch the chart. */
  #nextSecond(deadline: number): Timer {
    return this.#clock.after(Math.max(0, deadline - this.#clock.monotonic()), () => {
      this.traffic.add(this.#clock.now(), this.counters.second());
      this.minuteSessions.advance(this.#clock.monotonic());
      this.#seconds += 1;
      if (this.#seconds % GAUGE_SECONDS === 0) this.#delay = this.#gauge.read();
      const behind = this.#clock.monotonic() - deadline;
      // After a sleep of the machine, do not catch up second by second.
      this.#timer = this.#nextSecond(behind > 5_000 ? this.#clock.monotonic() + 1_000 : deadline + 1_000);
    });
  }
}
