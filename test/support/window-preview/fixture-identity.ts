import type { IdentityDetails, KeyCandidate, KeySource } from '../../../shared/model/identity.ts';
import { createDice, type Scenario } from './fixture-data.ts';

const DAY_MS = 86_400_000;

/** A node key with copies, and what can be done with it. */
export class FixtureIdentity {
  #details: IdentityDetails;
  #candidate: KeyCandidate | undefined;
  readonly #dice = createDice(41);

  constructor(scenario: Scenario, nodeId: string, start: number) {
    const copy = (daysAgo: number) => {
      const id = this.#dice.hex(64);
      const replacedAt = start - daysAgo * DAY_MS;
      const time = new Date(replacedAt).toISOString().slice(0, 19).replaceAll(':', '-');
      return { name: `nodekey.${id}.${time}`, nodeId: id, replacedAt, storage: 'file' as const };
    };
    this.#details = {
      nodeId,
      file: '/home/alex/.local/share/enodeck/nodekey',
      storage: scenario === 'many' ? 'configured' : 'file',
      storedAt: start - 40 * DAY_MS,
      nextId: null,
      configuredFile: scenario === 'many' ? '/etc/enodeck/nodekey' : null,
      copies: scenario === 'empty' ? [] : [copy(40), copy(203)],
      olderCopies: 0,
      problem: null,
      access: 'desktop',
    };
  }

  readonly requests: Readonly<Record<string, (params: Record<string, unknown>) => unknown>> = {
    'identity.details': () => this.#details,
    'identity.export': () => ({ text: '{}', fileName: `nodekey-${this.#details.nodeId.slice(0, 16)}.json` }),
    'identity.prepare': ({ kind, name }) => {
      const isFile = kind === 'file';
      const copied = this.#details.copies.find((copy) => copy.name === name)?.nodeId;
      this.#candidate = {
        id: this.#dice.hex(32),
        source: isFile ? 'keystore' : (kind as KeySource),
        fileName: isFile ? 'nodekey-backup.json' : ((name as string | undefined) ?? null),
        nodeId: isFile ? null : (copied ?? this.#dice.hex(64)),
      };
      return this.#candidate;
    },
    'identity.unlock': () => {
      if (this.#candidate !== undefined) this.#candidate = { ...this.#candidate, nodeId: this.#dice.hex(64) };
      return this.#candidate;
    },
    'identity.apply': () => {
      this.#details = { ...this.#details, nextId: this.#candidate?.nodeId ?? null };
      return this.#details;
    },
    'identity.discard': () => null,
  };
}
