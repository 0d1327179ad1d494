import { describe, expect, it } from 'vitest';
import { ADMISSION_CAUSES } from '../../../../shared/causes/admission-causes.ts';
import { API_CAUSES } from '../../../../shared/causes/api-causes.ts';
import { CAUSES, codeOf, END_CAUSES, isCauseCode, isEndCode } from '../../../../shared/causes/catalogue.ts';
import type { CauseSpec, EndSpec } from '../../../../shared/causes/cause-spec.ts';
import { CODEC_CAUSES } from '../../../../shared/causes/codec-causes.ts';
import { CONNECTION_CAUSES } from '../../../../shared/causes/connection-causes.ts';
import { DIAL_CAUSES } from '../../../../shared/causes/dial-causes.ts';
import { DISCOVERY_CAUSES } from '../../../../shared/causes/discovery-causes.ts';
import { DNS_CAUSES } from '../../../../shared/causes/dns-causes.ts';
import { DOCTOR_CAUSES } from '../../../../shared/causes/doctor-causes.ts';
import { ETH_CAUSES } from '../../../../shared/causes/eth-causes.ts';
import type { Offence } from '../../../../shared/causes/offences.ts';
import { OWN_END_CAUSES } from '../../../../shared/causes/own-end-causes.ts';
import { P2P_CAUSES } from '../../../../shared/causes/p2p-causes.ts';
import { PROGRESS_CAUSES } from '../../../../shared/causes/progress-causes.ts';
import { SENTRY_CAUSES } from '../../../../shared/causes/sentry-causes.ts';
import { SESSION_CAUSES } from '../../../../shared/causes/session-causes.ts';
import { START_CAUSES } from '../../../../shared/causes/start-causes.ts';
import { fillTemplate } from '../../../../shared/causes/sentences.ts';
import { VALUE_TEXTS } from '../../../../shared/causes/value-texts.ts';

const TABLES = [
  ...[ADMISSION_CAUSES, API_CAUSES, CODEC_CAUSES, CONNECTION_CAUSES, DIAL_CAUSES, DISCOVERY_CAUSES],
  ...[DNS_CAUSES, DOCTOR_CAUSES, ETH_CAUSES, OWN_END_CAUSES, P2P_CAUSES, PROGRESS_CAUSES, SESSION_CAUSES],
  ...[SENTRY_CAUSES, START_CAUSES],
];
const all: readonly (readonly [string, CauseSpec])[] = Object.entries(CAUSES);
const ends: readonly (readonly [string, EndSpec])[] = Object.entries(END_CAUSES);

const VIOLATIONS: readonly Offence[] = [
  'bad-protocol',
  'bad-message',
  'bad-announcement',
  'bad-answer',
  'unrequested-answer',
];

describe('the catalogue of causes', () => {
  it('has each code in one table only', () => {
    const codes = TABLES.flatMap((table) => Object.keys(table));
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.sort()).toEqual(all.map(([code]) => code).sort());
  });

  it('has kebab-case codes, and plain words: a short title, sentences, phrases as advice', () => {
    for (const [code, { title, meaning, advice, next, sentence, hint }] of all) {
      expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
      expect(title, code).toMatch(/^[A-Z][^!.{}]*$/);
      expect(title.length, code).toBeLessThanOrEqual(40);
      expect(meaning, code).toMatch(/^[A-Z][^!{}]*\.$/);
      for (const phrase of [advice, next])
        if (phrase !== undefined) expect(phrase, code).toMatch(/^[A-Z][^!{}]*[^.!]$/);
      for (const template of [sentence, hint])
        if (template !== undefined) expect(template, code).toMatch(/^[A-Z{].*[^.!]$/);
    }
  });

  it('has no placeholder that stays when its template is filled', () => {
    for (const [code, { sentence, hint }] of all) {
      for (const template of [sentence, hint]) {
        if (template === undefined) continue;
        const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
        const params = Object.fromEntries(names.map((name) => [name, Object.keys(valuesOf(name))[0] ?? 'x']));
        expect(fillTemplate(template, params), code).not.toMatch(/[{}[\]]/);
        expect(names.length, code).toBeGreaterThan(0);
      }
    }
  });

  it('has a code of its own for an end by us only where the end code exists', () => {
    for (const code of Object.keys(OWN_END_CAUSES)) expect(isEndCode(code.replace(/-by-us$/, ''))).toBe(true);
  });

  it('tells an end by the remote side from one by us', () => {
    expect(codeOf({ code: 'too-many-peers', by: 'remote' })).toBe('too-many-peers');
    expect(codeOf({ code: 'too-many-peers', by: 'local' })).toBe('too-many-peers-by-us');
    expect(codeOf({ code: 'wrong-network', by: 'local' })).toBe('wrong-network');
    expect(CAUSES['too-many-peers'].fault).toBe('none');
    expect(CAUSES['too-many-peers-by-us'].fault).toBe('ours');
  });

  it('knows its codes, and no names of Object', () => {
    expect(isCauseCode('expired')).toBe(true);
    expect(isEndCode('expired')).toBe(false);
    for (const name of ['constructor', '__proto__', 'toString', 'something-new']) {
      expect(isCauseCode(name)).toBe(false);
      expect(isEndCode(name)).toBe(false);
    }
  });

  it('has the kind “breach” for each end that is a violation of a protocol', () => {
    for (const [code, { offences, kind }] of ends) {
      const isViolation = (Object.values(offences) as Offence[]).some((offence) =>
        VIOLATIONS.includes(offence),
      );
      if (isViolation) expect(kind, code).toBe('breach');
    }
  });

  it('blames the peer for each offence in an end', () => {
    for (const [code, { offences, fault }] of ends) {
      if (Object.keys(offences).length > 0) expect(['theirs', 'network', 'ours'], code).toContain(fault);
    }
  });
});

function valuesOf(name: string): Readonly<Record<string, string>> {
  return Object.hasOwn(VALUE_TEXTS, name) ? VALUE_TEXTS[name as keyof typeof VALUE_TEXTS] : {};
}
