// What the final run moved against the provisional one: every pool, and of other dimensions the values that moved.
import type { VNode } from 'preact';
import type { TrueUp } from '../../../../contracts/http/periods.ts';
import { type Dimension, DIMENSIONS } from '../../../../contracts/costs.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { dimensionLabel } from '../dimension-label.ts';
import { useCodeName } from '../use-code-name.ts';

export function TrueUpTable({ lines }: { lines: readonly TrueUp[] }): VNode {
  const words = useWords();
  const format = useFormat();
  const nameOf = useCodeName();
  const dimensionOf = (line: TrueUp): Dimension => DIMENSIONS.find((one) => one === line.dimension) ?? 'pool';
  const { trueUp } = words.books;
  return (
    <div class="scroll-x" role="region" tabIndex={0} aria-label={trueUp.title}>
      <table class="plain-table">
        <caption class="muted">{trueUp.title}</caption>
        <thead>
          <tr>
            <th scope="col">{trueUp.what}</th>
            <th scope="col" class="number">
              {trueUp.provisional}
            </th>
            <th scope="col" class="number">
              {trueUp.final}
            </th>
            <th scope="col" class="number">
              {trueUp.difference}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.dimension} ${line.value} ${line.final.currency}`}>
              <th scope="row">
                <span class="muted">{words.terms.dimension[dimensionOf(line)]}</span>{' '}
                {dimensionLabel(
                  dimensionOf(line),
                  line.value,
                  nameOf(dimensionOf(line), line.value ?? ''),
                  words,
                  format,
                )}
              </th>
              <td class="number">{format.moneyExact(line.provisional)}</td>
              <td class="number">{format.moneyExact(line.final)}</td>
              <td class="number">{format.moneyExact(line.difference)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
