// Puts what a validator found into words: one line for each thing that is wrong, with where it is.
import type { FastifySchemaValidationError } from 'fastify';
import { CURRENCY_PATTERN } from '../contracts/currencies.ts';
import { DAY_PATTERN, INSTANT_PATTERN } from '../contracts/http/page.ts';
import { WRITTEN_AMOUNT_PATTERN } from '../contracts/money.ts';
import { WORDS_PATTERN } from '../contracts/text.ts';

/** What to write instead, where the schema's own words say it in signs. */
const INSTANT = 'must be a time like 2026-01-31T08:00:00Z';
const DAY = 'must be a day like 2026-01-31';
const WANTED: Readonly<Record<string, string>> = {
  'date-time': INSTANT,
  [INSTANT_PATTERN]: INSTANT,
  date: DAY,
  [DAY_PATTERN]: DAY,
  [WORDS_PATTERN]: 'must hold words',
  [WRITTEN_AMOUNT_PATTERN]: 'must be an amount like 1234.50, with at most twelve digits before the decimals',
  [CURRENCY_PATTERN]: 'must be a currency of ISO 4217 like CNY',
};

export interface Fault {
  /** JSON pointer into the part of the request it was found in. */
  path: string;
  message: string;
}

/** One line a person can act on for each thing that is wrong; the alternatives of a union count as one. */
export function describe(errors: readonly FastifySchemaValidationError[]): Fault[] {
  const unions = errors.filter((e) => e.keyword === 'anyOf').map((e) => e.instancePath);
  const lines = errors.flatMap((e) => linesOf(e, unions));
  return [...new Map(lines.map((line) => [`${line.path} ${line.message}`, line])).values()];
}

function linesOf(e: FastifySchemaValidationError, unions: readonly string[]): Fault[] {
  const path = e.instancePath;
  const message = e.message ?? 'is not valid';
  const names = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);
  switch (e.keyword) {
    case 'boolean':
      return [];
    case 'additionalProperties':
      return names(e.params.additionalProperties).map((name) => ({ path: `${path}/${name}`, message: 'is not known' }));
    case 'required':
      return names(e.params.requiredProperties).map((name) => ({ path: `${path}/${name}`, message: 'is missing' }));
    case 'enum':
      return [{ path, message: `must be one of ${names(e.params.allowedValues).join(', ')}` }];
    case 'format':
    case 'pattern':
      return [{ path, message: WANTED[String(e.params[e.keyword])] ?? message }];
    case 'type':
      return unions.includes(path) && e.params.type === 'null' ? [] : [{ path, message }];
    case 'anyOf':
      return [];
    default:
      return [{ path, message }];
  }
}
