// Whether the parts of a budget are of anything: codes that nothing has would be budgets that nothing is ever spent from.
import type { Dimension } from '../../contracts/costs.ts';
import type { Text } from '../../contracts/text.ts';
import type { Queryable } from '../../db/database.ts';
import { codesOf, parseFilter } from '../core/cost-query.ts';
import { DIMENSION_NAMES } from '../core/words.ts';
import { unknownCodes } from '../receiver-values.ts';

const pairsOf = (part: string): [Dimension, string[]][] =>
  Object.entries(parseFilter(part)).map(([dimension, codes]) => [
    dimension as Dimension,
    codesOf(codes).filter((code) => code !== ''),
  ]);

/** Why a part is of nothing, by part; those that are of something are not among them. Each dimension is asked once. */
export async function unknownParts(db: Queryable, parts: readonly string[]): Promise<Map<string, Text>> {
  const codes = new Map<Dimension, Set<string>>();
  for (const part of new Set(parts)) {
    for (const [dimension, named] of pairsOf(part))
      codes.set(dimension, new Set([...(codes.get(dimension) ?? []), ...named]));
  }
  const unknown = new Map<Dimension, Set<string>>();
  for (const [dimension, named] of codes)
    unknown.set(dimension, new Set(await unknownCodes(db, dimension, [...named])));
  const wrong = new Map<string, Text>();
  for (const part of new Set(parts)) {
    for (const [dimension, named] of pairsOf(part)) {
      const code = named.find((one) => unknown.get(dimension)?.has(one));
      const name = DIMENSION_NAMES[dimension];
      if (code !== undefined)
        wrong.set(part, {
          en: `There is no ${name.en.toLowerCase()} ${code}; write a code that exists`,
          zh: `${name.zh} ${code} 不存在，请填写已有的代码`,
        });
    }
  }
  return wrong;
}
