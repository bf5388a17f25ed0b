// An entry of the rate book in one line, as it is approved and as it is listed.
import type { DimensionMapping } from '../../../../contracts/http/dimension-mappings.ts';
import type { ExchangeRate } from '../../../../contracts/http/exchange-rates.ts';
import type { ManualPosting } from '../../../../contracts/http/manual-postings.ts';
import type { Rate } from '../../../../contracts/http/rates.ts';
import type { Dimension } from '../../../../contracts/costs.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { dimensionLabel } from '../dimension-label.ts';
import { useCodeName } from '../use-code-name.ts';
import type { RateBook } from './rate-book.ts';

/** What one unit is worth, the same in every language. */
export const equationOf = ({ currency, rate, against }: Pick<ExchangeRate, 'currency' | 'rate' | 'against'>): string =>
  `1 ${currency} = ${rate} ${against}`;

/** Rates begin with a day of the books, wherever they are read. */
export const dayFrom = (effectiveFrom: string): string => effectiveFrom.slice(0, 10);

export interface EntryText {
  engineer(code: string | null): string;
  pool(code: string | null): string;
  value(dimension: Dimension, code: string): string;
  rate(rate: Rate): string;
  exchange(rate: ExchangeRate): string;
  merge(mapping: DimensionMapping): string;
  posting(posting: ManualPosting): string;
}

export function useEntryText({ engineers, pools }: Pick<RateBook, 'engineers' | 'pools'>): EntryText {
  const words = useWords();
  const format = useFormat();
  const nameOf = useCodeName();
  const { labour, exchange, merges, postings } = words.rates;
  const named = (records: readonly { code: string; name: { en: string; zh: string } }[], code: string): string => {
    const record = records.find((one) => one.code === code);
    return record ? format.text(record.name) : code;
  };
  const text: EntryText = {
    engineer: (code) => (code === null ? labour.everyone : named(engineers, code)),
    pool: (code) => (code === null ? '' : named(pools, code)),
    value: (dimension, code) => {
      const name = dimensionLabel(dimension, code, nameOf(dimension, code), words, format);
      return name === code ? code : `${name} (${code})`;
    },
    rate: ({ kind, engineer, amount, effectiveFrom }) =>
      labour.line(
        text.engineer(engineer),
        format.moneyExact(amount),
        labour.kind[kind],
        format.date(dayFrom(effectiveFrom)),
      ),
    exchange: ({ currency, rate, against, effectiveFrom }) =>
      exchange.line(equationOf({ currency, rate, against }), format.date(effectiveFrom)),
    merge: ({ dimension, from, to, reason }) =>
      merges.line(
        words.terms.dimension[dimension],
        text.value(dimension, from),
        to === null ? merges.itself : text.value(dimension, to),
        reason,
      ),
    posting: ({ pool, element, amount, occurredOn, note, reverses }) =>
      [
        reverses === null ? text.pool(pool) : postings.takesBack(String(reverses)),
        words.terms.element[element],
        format.moneyExact(amount),
        format.date(occurredOn),
        note,
      ].join(' · '),
  };
  return text;
}
