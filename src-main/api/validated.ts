import type { z } from 'zod';
import { checkValue } from '../../shared/schema-check.ts';
import { ApiError } from './api-error.ts';

/** Validates `value` with a schema of the contract. @throws ApiError `invalid-parameters` with the field */
export function validated<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const checked = checkValue(schema, value);
  if (checked.ok) return checked.value;
  const field = checked.path.length === 0 ? null : checked.path.map(String).join('.');
  const name = field === null ? 'The request' : `"${field}"`;
  throw new ApiError('invalid-parameters', `${name} ${checked.reason}.`, field);
}
