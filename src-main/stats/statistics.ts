import type { ForkSchedule } from '../chain/fork-id.ts';
import { Arrivals } from './arrivals.ts';
import type { Clock, Timer, Unsubscribe } from '../base/runtime.ts';
import { ClockDrift } from '../health/clock-drift.ts';
import { Counters } from './counters.ts';
import { EventLines } from '../events/event-lines.ts';
import { startEventLoopGauge, type EventLoopGauge } from './event-loop.ts';
import type { EventSource } from '../events/events.ts';
import { OutsideContacts } from '../health/outside-contacts.ts';
import { DialOutcomes, PastOutcomes } from './outcomes.ts';
import { TrafficHistory } from './traffic-history.ts';
import { UnknownForks } from '../health/unknown-forks.ts';

/** Seconds over which the event loop's delay is judged. */
const GAUGE_SECONDS = 10;
/** Clients whose names are remembered by node. BOUNDED: 8,192, the longest unseen forgotten first. */
const MAX_CLIENTS = 8_192;

/** All that is counted and remembered of the stream of facts, from the program's start to its end. */
export class Statistics {
  readonly counters = new Counters();
  readonly arrivals = new Arrivals();
  readonly traffic = new TrafficHistory();
  readonly lines = new EventLines();
  readonly dials = new DialOutcomes();
  readonly outcomes = new PastOutcomes();
  readonly clockDrift: ClockDrift;
  readonly outside = new OutsideContacts();
  readonly unknownForks: UnknownForks;
  readonly #clock: Clock;
  readonly #clients = new Map<string, string>();
  readonly #unsubscribe: Unsubscribe;
  readonly #gauge: EventLoopGauge;
  #delay: { readonly p99Ms: number; readonly maxMs: number } | undefined;
  #seconds = 0;
  #timer: Timer;

  constructor(events: EventSource, clock: Clock, schedule: ForkSchedule) {
    this.#clock = clock;
    this.unknownForks = new UnknownForks(schedule, clock);
    this.clockDrift = new ClockDrift(clock);
    this.#gauge = startEventLoopGauge();
    this.#unsubscribe = events.subscribe((event, at) => {
      this.counters.apply(event);
      this.arrivals.apply(event, at);
      this.lines.apply(event, at);
      this.dials.apply(event, at);
      this.outcomes.apply(event, at);
      this.clockDrift.apply(event);
      this.outside.apply(event);
      this.unknownForks.apply(event);
      if (event.type === 'peer/added') this.#rememberClient(event.idHex, event.name);
    });
    this.#timer = this.#nextSecond(clock.monotonic() + 1_000);
  }

  /** The delay of the event loop over the last ten seconds; undefined before. */
  get eventLoop(): { readonly p99Ms: number; readonly maxMs: number } | undefined {
    return this.#delay;
  }

  /** The name that a node's last Hello gave. */
  clientOf(idHex: string): string | null {
    return this.#clients.get(idHex) ?? null;
  }

  close(): void {
    this.#unsubscribe();
    this.#timer.cancel();
    this.#gauge.stop();
  }

  /** Seconds are counted from deadlines, so that a late timer does not stretch the chart. */
  #nextSecond(deadline: number): Timer {
    return this.#clock.after(Math.max(0, deadline - this.#clock.monotonic()), () => {
      this.traffic.add(this.#clock.now(), this.counters.second());
      this.#seconds += 1;
      if (this.#seconds % GAUGE_SECONDS === 0) this.#delay = this.#gauge.read();
      const behind = this.#clock.monotonic() - deadline;
      // After a sleep of the machine there is no point in catching up second by second.
      this.#timer = this.#nextSecond(behind > 5_000 ? this.#clock.monotonic() + 1_000 : deadline + 1_000);
    });
  }

  #rememberClient(idHex: string, name: string): void {
    this.#clients.delete(idHex);
    this.#clients.set(idHex, name);
    if (this.#clients.size <= MAX_CLIENTS) return;
    for (const oldest of this.#clients.keys()) {
      this.#clients.delete(oldest);
      break;
    }
  }
}
