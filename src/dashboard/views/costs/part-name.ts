// The part of the cost a budget line or a group stands for, as a person reads it and as the URL holds it.
import { type Dimension, DIMENSIONS } from '../../../contracts/costs.ts';
import type { Text } from '../../../contracts/text.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { dimensionLabel } from './dimension-label.ts';

type Keys = Readonly<Record<string, string | null>>;

const dimensionsOf = (keys: Keys): Dimension[] => DIMENSIONS.filter((dimension) => dimension in keys);

/** `null`: it holds cost without the dimension, which no filter names. */
export function partFilter(keys: Keys): string | null {
  const dimensions = dimensionsOf(keys);
  if (dimensions.some((dimension) => keys[dimension] === null)) return null;
  return dimensions.map((dimension) => `${dimension}:${keys[dimension]}`).join(',');
}

export function usePartName(): (keys: Keys, labels: Readonly<Record<string, Text>>) => string {
  const words = useWords();
  const format = useFormat();
  return (keys, labels) => {
    const names = dimensionsOf(keys).map((dimension) =>
      dimensionLabel(dimension, keys[dimension] ?? null, labels[dimension] ?? null, words, format),
    );
    return names.length === 0 ? words.forecast.all : names.join(' · ');
  };
}
