import {
  DOCTOR_STEPS,
  type DoctorReport,
  type DoctorStep,
  type DoctorStepName,
  type DoctorVerdict,
} from '../../shared/model/doctor.ts';
import { describeError } from '../base/errors.ts';
import { Scope } from '../base/lifecycle.ts';
import type { TestRecordSource, TestTap } from '../events/test-tap.ts';
import { refuseConnection, type HelloConnection } from '../p2p/hello.ts';
import type { PeerSession } from '../p2p/peer-session.ts';
import type { RlpxConnection } from '../rlpx/connection.ts';
import { addressStep, dnsStep } from './address-steps.ts';
import { helloStep, rlpxStep, tcpStep, type OpenConnection } from './connection-steps.ts';
import { discv5Step, enrStep, pingStep } from './discovery-steps.ts';
import type { DoctorEnvironment } from './environment.ts';
import { noEvidence, type Evidence } from './evidence.ts';
import { parseStep } from './parse-step.ts';
import { headersStep, statusStep } from './session-steps.ts';
import { causeOf, roundMs, StepLog, type StepResult } from './step-log.ts';
import { verdictOf } from './verdict.ts';

/** Limit of one step, milliseconds; the parts of a step have shorter ones. */
const STEP_TIMEOUT_MS = 15_000;

/** Limit of a test, milliseconds. */
const TEST_TIMEOUT_MS = 60_000;

/** What is tested. */
export interface ExaminationInput {
  readonly id: string;
  /** Without white space around it, at most DOCTOR_MAX_INPUT characters. */
  readonly text: string;
  /** Whether a person agreed to contact an address that is not one of the public internet. */
  readonly special: boolean;
}

/** The connection of a test, as far as it has come. */
interface Connected {
  open?: OpenConnection;
  connection?: RlpxConnection;
  hello?: HelloConnection;
  session?: PeerSession;
}

/**
 * One test of a node: the steps in the order of the wire, on a connection of its own, and the verdict. It takes no peer
 * slot, changes no reputation and no backoff, and leaves with Disconnect "requested".
 */
export class Examination {
  readonly #environment: DoctorEnvironment;
  readonly #input: ExaminationInput;
  readonly #scope: Scope;
  readonly #startedAt: number;
  readonly #startMonotonic: number;
  readonly #evidence: Evidence = noEvidence();
  readonly #connected: Connected = {};
  readonly #steps = new Map<DoctorStepName, DoctorStep>();
  /** The log of the step that runs. */
  #log: { readonly step: DoctorStepName; readonly log: StepLog } | undefined;
  readonly #tap: TestTap | undefined;
  /** Sequence numbers of the records by step. BOUNDED: by the tap. */
  readonly #records = new Map<DoctorStepName, number[]>();
  readonly #onChange: () => void;
  #endedAt: number | null = null;
  #verdict: DoctorVerdict | null = null;
  #wrongAt: number | null = null;
  #running: Promise<DoctorReport> | undefined;

  /** @param onChange is called when a step starts or ends, and at the end; it must not throw */
  constructor(
    environment: DoctorEnvironment,
    input: ExaminationInput,
    onChange: () => void = () => undefined,
  ) {
    const { clock } = environment;
    this.#environment = environment;
    this.#input = input;
    this.#onChange = onChange;
    this.#scope = new Scope(clock);
    this.#startedAt = clock.now();
    this.#startMonotonic = clock.monotonic();
    this.#tap = environment.taps?.test(input.id, (seq, source) => {
      this.#onRecord(seq, source);
    });
  }

  /** The report as it is now. */
  get report(): DoctorReport {
    const { id, text } = this.#input;
    const { network, version } = this.#environment;
    return {
      id,
      input: text,
      wrongAt: this.#wrongAt,
      nodeId: this.#evidence.node?.idHex ?? null,
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      network,
      version,
      steps: DOCTOR_STEPS.map((step) => this.#stepView(step)),
      verdict: this.#verdict,
    };
  }

  get isRunning(): boolean {
    return this.#endedAt === null;
  }

  /** Runs all steps. Never rejects; a second call returns the same report. */
  run(): Promise<DoctorReport> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  /** Ends the test; what it found out so far stays in its report. */
  stop(): void {
    this.#end('stopped');
  }

  async #runAll(): Promise<DoctorReport> {
    const { clock } = this.#environment;
    const timer = this.#scope.after(TEST_TIMEOUT_MS, () => {
      this.#end('timeout');
    });
    await this.#runSteps();
    timer.cancel();
    await this.#leave();
    this.#scope.close();
    this.#tap?.close();
    this.#verdict = verdictOf(this.#evidence, this.#environment.chain);
    this.#endedAt = clock.now();
    this.#onChange();
    return this.report;
  }

  #end(why: 'stopped' | 'timeout'): void {
    if (!this.isRunning || this.#scope.closed) return;
    this.#evidence.ended = why;
    void this.#leave();
    this.#scope.close();
  }

  async #runSteps(): Promise<void> {
    const { policy, clock, known, discovery, chain } = this.#environment;
    const evidence = this.#evidence;
    await this.#step('parse', (log) => {
      const { wrongAt, ...result } = parseStep(this.#input.text, known, evidence, log);
      this.#wrongAt = wrongAt;
      if (result.cause !== undefined) evidence.refusal = result.cause;
      return result;
    });
    if (evidence.refusal === undefined) await this.#lookUp();
    if (evidence.refusal === undefined) {
      await this.#step('address', (log) => addressStep(policy, this.#input, evidence, log));
    }
    if (evidence.refusal !== undefined) return;
    const age = evidence.node === undefined ? undefined : this.#environment.sessionAgeMs(evidence.node.idHex);
    if (age !== undefined) evidence.sessionAgeMs = age;
    for (const { ip, udp: port } of evidence.endpoints) if (port !== 0) this.#tap?.contact({ ip, port });
    await this.#step('ping', (log, scope) => pingStep(discovery(), clock, evidence, log, scope));
    await this.#step('enr', (log, scope) => enrStep(discovery(), chain, evidence, log, scope));
    await this.#step('discv5', (log) => discv5Step(discovery(), evidence, log));
    await this.#runConnection();
  }

  /** A lookup that does not end proves nothing of the name. */
  async #lookUp(): Promise<void> {
    const evidence = this.#evidence;
    const result = await this.#step('dns', (log) => dnsStep(this.#environment.lookUpHost, evidence, log));
    if (result !== LATE) return;
    const name = evidence.node?.hostname ?? '';
    evidence.refusal = causeOf('name-lookup-failed', {
      name,
      detail: 'the DNS server did not answer in time',
    });
  }

  /** The steps over TCP; each needs the one before it. */
  async #runConnection(): Promise<void> {
    const environment = this.#environment;
    const evidence = this.#evidence;
    const connected = this.#connected;
    await this.#step('tcp', async (log, scope) => {
      const { result, open } = await tcpStep(environment, this.#tap, evidence, log, scope);
      // The test may have ended while the system connected.
      if (scope.closed) open?.stream.destroy();
      else if (open !== undefined) connected.open = open;
      return result;
    });
    const { open } = connected;
    if (open === undefined) return;
    await this.#step('rlpx', async (log) => {
      const { result, connection } = await rlpxStep(environment, open, evidence, log);
      if (connection !== undefined) connected.connection = connection;
      return result;
    });
    const { connection } = connected;
    if (connection === undefined) return;
    await this.#step('hello', async (log, scope) => {
      const { result, hello } = await helloStep(environment, connection, evidence, log, scope);
      if (hello !== undefined) connected.hello = hello;
      return result;
    });
    const { hello } = connected;
    if (hello === undefined) return;
    await this.#step('status', (log) =>
      statusStep(environment, hello, evidence, log, (session) => {
        connected.session = session;
      }),
    );
    const { session } = connected;
    if (session === undefined || session.endCause !== undefined) return;
    await this.#step('headers', (log, scope) => headersStep(session, evidence, log, scope));
  }

  /** Runs one step within its limit; does nothing once the test has ended. */
  async #step(
    step: DoctorStepName,
    run: (log: StepLog, scope: Scope) => StepResult | Promise<StepResult>,
  ): Promise<StepResult | undefined> {
    if (this.#scope.closed) return undefined;
    const { clock, logger } = this.#environment;
    const log = new StepLog(clock);
    const scope = new Scope(clock);
    const forget = this.#scope.own(() => scope.close());
    this.#log = { step, log };
    const startMs = roundMs(clock.monotonic() - this.#startMonotonic);
    this.#steps.set(step, { ...EMPTY_STEP, step, state: 'running', startMs });
    this.#onChange();
    const late = new Promise<StepResult>((resolve) => {
      scope.after(STEP_TIMEOUT_MS, () => resolve(LATE));
      scope.own(() => resolve(CUT_OFF));
    });
    let result: StepResult;
    try {
      result = await Promise.race([Promise.resolve(run(log, scope)), late]);
    } catch (error) {
      logger.error('A step of a test failed', { step, error: describeError(error) });
      result = { state: 'failed', finding: 'an internal error', cause: causeOf('internal-error') };
      this.#evidence.isBroken = true;
    }
    forget();
    scope.close();
    this.#log = undefined;
    const { state, finding, explanation = null, cause = null } = result;
    const { exchanges, elapsedMs } = log;
    const durationMs = roundMs(elapsedMs);
    const ended = { state, finding, startMs, durationMs, exchanges, explanation, cause };
    this.#steps.set(step, { step, ...ended, records: [] });
    this.#onChange();
    return result;
  }

  /** A record belongs to the newest step of its source. */
  #onRecord(seq: number, source: TestRecordSource): void {
    const step = STEPS_OF[source].findLast((each) => this.#steps.has(each));
    if (step === undefined) return;
    const records = this.#records.get(step);
    if (records === undefined) this.#records.set(step, [seq]);
    else records.push(seq);
  }

  /** Closes the connection as its stage allows: a Disconnect "requested" where the handshake was completed. */
  async #leave(): Promise<void> {
    const { session, connection, open } = this.#connected;
    if (session !== undefined) await session.disconnect('disconnect-requested');
    else if (connection !== undefined) {
      refuseConnection(connection, 'disconnect-requested');
      await connection.closed;
    } else open?.stream.destroy();
  }

  #stepView(step: DoctorStepName): DoctorStep {
    const known = this.#steps.get(step);
    const records = [...(this.#records.get(step) ?? [])];
    if (known?.state === 'running' && this.#log?.step === step) {
      return { ...known, exchanges: [...this.#log.log.exchanges], records };
    }
    if (known !== undefined) return { ...known, records };
    if (this.#endedAt === null) return { ...EMPTY_STEP, step };
    return { ...EMPTY_STEP, step, state: 'not-reached', finding: NEEDS[step] };
  }
}

const EMPTY_STEP: Omit<DoctorStep, 'step'> = {
  state: 'waiting',
  finding: '',
  startMs: null,
  durationMs: null,
  exchanges: [],
  explanation: null,
  cause: null,
  records: [],
};

/** The steps whose packets and messages come from a source. */
const STEPS_OF: Readonly<Record<TestRecordSource, readonly DoctorStepName[]>> = {
  session: ['tcp', 'rlpx', 'hello', 'status', 'headers'],
  discv4: ['ping', 'enr'],
  discv5: ['discv5'],
  dns: [],
};

const LATE: StepResult = {
  state: 'failed',
  finding: 'it was ended before it came to a result',
  cause: causeOf('test-timeout'),
};

const CUT_OFF: StepResult = { state: 'not-reached', finding: 'the test ended during this step' };

/** What a step that was not reached needs. */
const NEEDS: Readonly<Record<DoctorStepName, string>> = {
  parse: '',
  dns: 'needs a node',
  address: 'needs an address',
  ping: 'needs an address that may be contacted',
  enr: 'needs a Pong of the node',
  discv5: 'needs an address that may be contacted',
  tcp: 'needs an address that may be contacted',
  rlpx: 'needs a TCP connection',
  hello: 'needs the RLPx handshake',
  status: 'needs Hello and a version of eth',
  headers: 'needs Status',
};
