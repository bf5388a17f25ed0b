// The biggest movers: every group with its difference in volume, mix and rate, and how much of all movement is told by it
// and those above; each opens to the facts behind it.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Dimension } from '../../../../contracts/costs.ts';
import type { VarianceGroup, VarianceSplit, Volume } from '../../../../contracts/http/cost-comparison.ts';
import { minorOf, type Money } from '../../../../contracts/money.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { NOTHING } from '../../../format/format.ts';
import { dimensionLabel } from '../dimension-label.ts';
import type { CellKeys } from '../explain/explain-cell.ts';
import { OpenAmount, useOpenCell } from '../explain/open-amount.tsx';
import { signed } from './waterfall-bars.tsx';

/** As many as one looks over; the rest opens on demand. */
const FIRST = 12;
const EFFECTS = ['volume', 'mix', 'rate'] as const;

interface MoverTableProps {
  split: VarianceSplit;
  totals: { before: Money; after: Money };
  by: readonly Dimension[];
  /** Where each side was: its months, and the value looked at. */
  sides: { before: CellKeys; after: CellKeys };
}

export function MoverTable({ split, totals, by, sides }: MoverTableProps): VNode {
  const words = useWords();
  const format = useFormat();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? split.groups : split.groups.slice(0, FIRST);
  const unit = words.movers.unit[split.unit];
  const volume = useVolumeText();
  return (
    <>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={words.movers.biggest}>
        <table class="movers">
          <thead>
            <tr>
              <th scope="col">{by.map((dimension) => words.terms.dimension[dimension]).join(' · ')}</th>
              <th scope="col" class="number">
                {words.movers.difference}
              </th>
              {EFFECTS.map((effect) => (
                <th key={effect} scope="col" class="number" title={words.movers.effectHint[effect]}>
                  {words.movers.effect[effect]}
                </th>
              ))}
              <th scope="col" class="number">
                {words.movers.beforeAfter}
              </th>
              <th scope="col" class="number">
                {unit}
              </th>
              <th scope="col" class="number">
                {words.movers.rateOf(unit)}
              </th>
              <th scope="col" class="number" title={words.movers.cumulativeHint}>
                {words.movers.cumulative}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((group) => (
              <GroupRow key={JSON.stringify(group.keys)} group={group} by={by} sides={sides} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{words.costs.total}</th>
              {(['difference', ...EFFECTS] as const).map((amount) => (
                <td key={amount} class="number">
                  <Change amount={split[amount]} />
                </td>
              ))}
              <td class="number">
                <OpenAmount amount={totals.before} cell={sides.before} /> →{' '}
                <OpenAmount amount={totals.after} cell={sides.after} />
              </td>
              <td class="number">
                {volume(split.before)} → {volume(split.after)}
              </td>
              <td />
              <td />
            </tr>
          </tfoot>
        </table>
      </div>
      {split.groups.length > FIRST && (
        <p class="pivot-note">
          <button type="button" class="button quiet" onClick={() => setAll(!isAll)}>
            {isAll ? words.movers.fewer : words.movers.more(format.integer(split.groups.length))}
          </button>
        </p>
      )}
    </>
  );
}

function GroupRow({ group, by, sides }: { group: VarianceGroup } & Pick<MoverTableProps, 'by' | 'sides'>): VNode {
  const words = useWords();
  const format = useFormat();
  const hrefOf = useOpenCell();
  const volume = useVolumeText();
  const { keys, labels, beforeVolume, afterVolume, beforeRate, afterRate, cumulativeShare } = group;
  const name = by
    .map((dimension) => dimensionLabel(dimension, keys[dimension] ?? null, labels[dimension] ?? null, words, format))
    .join(' · ');
  const cell = Object.fromEntries(by.map((dimension) => [dimension, keys[dimension] ?? null]));
  return (
    <tr>
      <th scope="row" class="pivot-name">
        <a class="link" href={hrefOf({ ...sides.after, ...cell })} title={words.costs.factsHint}>
          {name}
        </a>
      </th>
      <td class="number">
        <strong>
          <Change amount={group.difference} />
        </strong>
      </td>
      {EFFECTS.map((effect) => (
        <td key={effect} class="number">
          <Change amount={group[effect]} />
        </td>
      ))}
      <td class="number muted">
        <OpenAmount amount={group.before} cell={{ ...sides.before, ...cell }} /> →{' '}
        <OpenAmount amount={group.after} cell={{ ...sides.after, ...cell }} />
      </td>
      <td class="number muted" title={`n ${beforeVolume.n} → ${afterVolume.n}`}>
        {volume(beforeVolume)} → {volume(afterVolume)}
      </td>
      <td class="number muted">
        {beforeRate === null ? NOTHING : format.money(beforeRate)} →{' '}
        {afterRate === null ? NOTHING : format.money(afterRate)}
      </td>
      <td class="number">
        {format.percent(cumulativeShare)}
        <span class="pivot-bar" style={{ width: `${cumulativeShare * 60}%` }} />
      </td>
    </tr>
  );
}

/** What nobody measured is no zero. */
export function useVolumeText(): (volume: Volume) => string {
  const format = useFormat();
  return ({ quantity }) => (quantity === null ? NOTHING : format.measure(quantity));
}

/** More cost is red, less is green; nothing is nothing. */
function Change({ amount }: { amount: Money }): VNode {
  const format = useFormat();
  const minor = minorOf(amount) ?? 0n;
  if (minor === 0n) return <span class="muted">{NOTHING}</span>;
  return <span class={`delta ${minor > 0n ? 'is-bad' : 'is-good'}`}>{signed(minor, format.money(amount))}</span>;
}
