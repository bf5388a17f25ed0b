// The name of a code in a dimension: our own words where the vocabulary is ours, else what the record is called.
import type { Dimension } from '../../../contracts/costs.ts';
import type { Text } from '../../../contracts/text.ts';
import type { Format } from '../../format/format.ts';
import type { Words } from '../../i18n/words.ts';

export function dimensionLabel(
  dimension: Dimension,
  code: string | null,
  label: Text | null,
  words: Words,
  format: Format,
): string {
  if (code === null) return words.costs.none(words.terms.dimension[dimension]);
  if (dimension === 'period') return format.period(code);
  if (dimension === 'work-order') return words.costs.job(code);
  const { terms } = words;
  const vocabulary: Partial<Record<Dimension, Readonly<Record<string, string>>>> = {
    element: terms.element,
    'maintenance-kind': terms.jobKind,
    'service-type': terms.serviceType,
    'contract-type': terms.contractType,
  };
  return vocabulary[dimension]?.[code] ?? (label === null ? code : format.text(label));
}
