import { NAT_FORMS, parseNatText, type NatMethod } from '../../shared/nat-text.ts';
import { NatError } from './errors.ts';

/**
 * Parses the setting "NAT".
 * @throws NatError `invalid-method` in one sentence
 */
export function parseNatMethod(text: string): NatMethod {
  const method = text.trim() === '' ? undefined : parseNatText(text);
  if (method !== undefined) return method;
  throw new NatError(
    'invalid-method',
    `"${text.slice(0, 80)}" is not a NAT method: it must be ${NAT_FORMS}, with an address that can be reached.`,
  );
}
