// The period in figures: total against the period before, what it consists of, and each element's change.
import type { VNode } from 'preact';
import { COST_ELEMENTS } from '../../../contracts/costs.ts';
import type { Summary } from '../../../contracts/http/costs.ts';
import { minorOf, type Money, moneyOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { CostDelta } from '../../components/delta.tsx';
import { rangeBefore } from '../../state/periods.ts';
import { useScope } from '../../state/use-scope.ts';
import { BudgetFigure } from './budget-figure.tsx';
import { isOfOneCurrency, UNCARRIED } from './pivot.ts';
import { OpenAmount } from './explain/open-amount.tsx';

interface FiguresProps {
  before: Summary;
  after: Summary;
}

export function CostFigures({ before, after }: FiguresProps): VNode {
  const words = useWords().costs;
  const format = useFormat();
  const { filter } = useScope();
  const earlier = rangeBefore(filter.range);
  const earlierText =
    earlier.from === earlier.to
      ? format.period(earlier.from)
      : `${format.period(earlier.from)} – ${format.period(earlier.to)}`;
  const isOneCurrency = isOfOneCurrency(after);
  // Most months have no time-driven pool: then there is no capacity to speak of.
  const parts = (['direct', 'allocated', ...UNCARRIED] as const).filter(
    (part) => part !== 'unused' || minorOf(after.unused) !== 0n,
  );
  return (
    <div class="section cost-figures">
      <div class="cost-total">
        <p class="figure-name">{words.total}</p>
        <p class="figure-value is-large">
          <OpenAmount amount={after.total} cell={{}} />
        </p>
        <p class="figure-note">
          {minorOf(before.total) === 0n ? (
            words.newCost(earlierText)
          ) : (
            <>
              <CostDelta before={before.total} after={after.total} isLessGood /> {words.against(earlierText)}
            </>
          )}
        </p>
        <BudgetFigure />
        <dl class="cost-parts">
          {parts.map((part) => (
            <div key={part} title={part === 'direct' || part === 'allocated' ? undefined : words.hint[part]}>
              <dt>{words[part]}</dt>
              <dd>
                <OpenAmount amount={after[part]} cell={{}} way={isOneCurrency ? part : null} />
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <div class="cost-elements">
        <p class="figure-name">{words.byElement}</p>
        <ElementTable before={before} after={after} />
      </div>
    </div>
  );
}

/** Total of one element, in the summary by element. */
const amountOf = (summary: Summary, element: string): Money =>
  summary.rows.find(({ keys }) => keys['element'] === element)?.total ?? moneyOf(0n, summary.currency);

function ElementTable({ before, after }: FiguresProps): VNode {
  const words = useWords();
  const shown = COST_ELEMENTS.map((element) => ({ element, amount: amountOf(after, element) }));
  // Said once, beside the total.
  const hasBefore = minorOf(before.total) !== 0n;
  const largest = shown.reduce((most, { amount }) => Math.max(most, Number(minorOf(amount) ?? 0n)), 0);
  return (
    <ul class="element-bars">
      {shown.map(({ element, amount }) => (
        <li key={element} class={hasBefore ? 'has-delta' : ''}>
          <span class="element-name">
            <span class={`element-dot element-${element}`} />
            {words.terms.element[element]}
          </span>
          <span class="element-track">
            {minorOf(amount) !== 0n && (
              <span
                class={`element-fill element-${element}`}
                style={{ width: `${largest === 0 ? 0 : Math.max(0, Number(minorOf(amount) ?? 0n) / largest) * 100}%` }}
              />
            )}
          </span>
          <span class="number">
            <OpenAmount amount={amount} cell={{ element }} />
          </span>
          {hasBefore && (
            <span class="number element-delta">
              <CostDelta before={amountOf(before, element)} after={amount} isLessGood />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
