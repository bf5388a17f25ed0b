// The waterfall as lines of bars: readable as text, as wide as there is room.
import type { VNode } from 'preact';
import type { VarianceSplit } from '../../../../contracts/http/cost-comparison.ts';
import { type Money, moneyOf } from '../../../../contracts/money.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import type { CellKeys } from '../explain/explain-cell.ts';
import { OpenAmount } from '../explain/open-amount.tsx';
import { type WaterfallStep, waterfallOf } from './waterfall.ts';

interface WaterfallProps {
  before: Money;
  split: VarianceSplit;
  /** What the two ends are called. */
  names: { before: string; after: string };
  sides: { before: CellKeys; after: CellKeys };
}

export function WaterfallBars({ before, split, names, sides }: WaterfallProps): VNode {
  const words = useWords().movers;
  const nameOf = ({ name }: WaterfallStep): string =>
    name === 'before' || name === 'after' ? names[name] : words.effect[name];
  const hintOf = ({ name }: WaterfallStep): string | undefined =>
    name === 'before' || name === 'after' ? undefined : words.effectHint[name];
  return (
    <ul class="waterfall">
      {waterfallOf(before, split).map((step) => (
        <li key={step.name} title={hintOf(step)}>
          <span class="waterfall-name">{nameOf(step)}</span>
          <span class="waterfall-track" aria-hidden="true">
            <span
              class={`waterfall-bar ${toneOf(step)}`}
              style={{ left: `${step.start * 100}%`, width: `${step.length * 100}%` }}
            />
          </span>
          <Amount step={step} currency={before.currency} sides={sides} />
        </li>
      ))}
    </ul>
  );
}

const isEnd = ({ name }: WaterfallStep): boolean => name === 'before' || name === 'after';
const toneOf = (step: WaterfallStep): string => (isEnd(step) ? 'is-end' : step.minor > 0n ? 'is-more' : 'is-less');

type AmountProps = Pick<WaterfallProps, 'sides'> & { step: WaterfallStep; currency: string };

function Amount({ step, currency, sides }: AmountProps): VNode {
  const format = useFormat();
  const money = moneyOf(step.minor, currency);
  const { name } = step;
  return (
    <strong class="number">
      {name === 'before' || name === 'after' ? (
        <OpenAmount amount={money} cell={sides[name]} />
      ) : (
        signed(step.minor, format.money(money))
      )}
    </strong>
  );
}

/** A change says its sign in either direction. */
export const signed = (minor: bigint, text: string): string => (minor > 0n ? `+${text}` : text);
