// Exchange rates by date, as they are proposed and listed.
import { Type, type Static } from 'typebox';
import { Currency } from '../money.ts';
import { Day } from './page.ts';
import { Proposed } from './second-person.ts';

export const NewExchangeRate = Type.Object({
  currency: Currency,
  against: Currency,
  /** Units of `against` that one unit of `currency` is worth. */
  rate: Type.String({ pattern: '^\\d{1,12}(\\.\\d{1,12})?$' }),
  effectiveFrom: Day,
});
export type NewExchangeRate = Static<typeof NewExchangeRate>;

export const ExchangeRate = Type.Interface([NewExchangeRate, Proposed], {});
export type ExchangeRate = Static<typeof ExchangeRate>;
