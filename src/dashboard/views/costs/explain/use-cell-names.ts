// Names of the codes of a cell: as the devices on record mention them, the others as the server calls them in the cell's summary.
import type { Dimension } from '../../../../contracts/costs.ts';
import type { Summary } from '../../../../contracts/http/costs.ts';
import type { Text } from '../../../../contracts/text.ts';
import { useApp } from '../../../app-context.ts';
import { useResource } from '../../../state/use-resource.ts';
import { useCodeName } from '../use-code-name.ts';
import { type CellQuery, codesIn, pairsOf } from './explain-cell.ts';

/** Named by no device. */
const NAMED_BY_SERVER: ReadonlySet<Dimension> = new Set(['pool', 'component', 'engineer']);

export function useCellNames(cell: string, asked: CellQuery): (dimension: Dimension, code: string) => Text | null {
  const { api } = useApp();
  const nameOf = useCodeName();
  const by = pairsOf(cell)
    .filter(([dimension, text]) => NAMED_BY_SERVER.has(dimension) && codesIn(text).some((code) => code !== null))
    .map(([dimension]) => dimension)
    .join(',');
  const query = { by, period: asked.period, filter: asked.cell };
  const named = useResource(by === '' ? null : `names ${JSON.stringify(query)}`, async (signal) => {
    const { rows } = await api.get<Summary>('/costs/summary', query, signal);
    return rows;
  });
  return (dimension, code) =>
    nameOf(dimension, code) ?? named.value?.find(({ keys }) => keys[dimension] === code)?.labels[dimension] ?? null;
}
