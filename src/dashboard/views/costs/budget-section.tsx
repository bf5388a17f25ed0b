// The budget in force: what is expected to run over first, then every line with what is spent, where it will end and when it will be
// passed; below it versions, and a place to paste the next one.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { BudgetConsumption, BudgetUse } from '../../../contracts/http/budgets.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Empty, Loaded, Skeleton } from '../../components/state-views.tsx';
import { NOTHING } from '../../format/format.ts';
import type { Resource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { LeftOut, Told, Written } from './budget-notes.tsx';
import { BudgetPaste } from './budget-paste.tsx';
import { BudgetVersions } from './budget-versions.tsx';
import { partFilter, usePartName } from './part-name.ts';

export function BudgetSection({ consumption }: { consumption: Resource<BudgetConsumption> }): VNode {
  const { session } = useApp();
  const words = useWords().forecast;
  const format = useFormat();
  const [isPasting, setPasting] = useState(false);
  const [round, setRound] = useState(0);
  const budget = consumption.value?.budget ?? null;
  const changed = (): void => {
    setRound((before) => before + 1);
    consumption.reload();
  };
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.budgets}</h2>
        {budget && (
          <span class="muted" title={words.by(budget.author, budget.activatedBy ?? '')}>
            {words.version(budget.code, format.integer(budget.version))}
          </span>
        )}
        <span class="grow" />
        {session.can('costs:write') && session.seesEverything() && (
          <button type="button" class="button" aria-expanded={isPasting} onClick={() => setPasting(!isPasting)}>
            {words.paste}
          </button>
        )}
      </header>
      {isPasting && <BudgetPaste currency={budget?.currency ?? null} code={budget?.code ?? null} onSaved={changed} />}
      {session.seesEverything() && <BudgetVersions round={round} onChanged={changed} />}
      <Loaded resource={consumption} skeleton={<Skeleton rows={5} />}>
        {(value) =>
          value.budget === null ? (
            <Empty icon="table" title={words.noBudget} hint={words.noBudgetHint} />
          ) : (
            <>
              <Notices consumption={value} />
              {value.rows.length > 0 && <UseTable rows={value.rows} />}
              <LeftOut consumption={value} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function Notices({ consumption }: { consumption: BudgetConsumption }): VNode | null {
  const words = useWords().forecast;
  const format = useFormat();
  const nameOf = usePartName();
  const over = consumption.rows.filter(({ isOverLimit }) => isOverLimit);
  if (over.length === 0) return null;
  return (
    <div class="budget-notices section-body" role="status">
      <strong>{words.notices(format.percent(consumption.limit))}</strong>
      <ul>
        {over.map((use) => (
          <li key={JSON.stringify(use.part)}>
            {words.notice(
              nameOf(use.part, use.labels),
              use.overrun === null ? NOTHING : format.money(use.overrun),
              words.chance(format.percent(use.probability ?? 0)),
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function UseTable({ rows }: { rows: readonly BudgetUse[] }): VNode {
  const words = useWords().forecast;
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={words.budgets}>
      <table class="budget-uses">
        <thead>
          <tr>
            <th scope="col">{words.part}</th>
            <th scope="col" class="number">
              {words.budget}
            </th>
            <th scope="col" class="number">
              {words.spent}
            </th>
            <th scope="col">{words.consumed}</th>
            <th scope="col" class="number">
              {words.committed}
            </th>
            <th scope="col" class="number">
              {words.projected}
            </th>
            <th scope="col" class="number">
              {words.overrun}
            </th>
            <th scope="col">{words.crossing}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((use) => (
            <UseRow key={JSON.stringify(use.part)} use={use} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function UseRow({ use }: { use: BudgetUse }): VNode {
  const words = useWords().forecast;
  const format = useFormat();
  const { query, setQuery } = useScope();
  const name = usePartName()(use.part, use.labels);
  const part = partFilter(use.part) ?? '';
  const { jobs, pastJobs, unknown, amount } = use.committed;
  const hint = words.committedHint(format.integer(jobs), format.integer(pastJobs), format.integer(unknown));
  return (
    <tr class={part === (query['part'] ?? '') ? 'is-selected' : ''}>
      <th scope="row">
        <button type="button" class="link" onClick={() => setQuery({ part: part === '' ? null : part })}>
          {name}
        </button>
        <Written written={use.written} />
      </th>
      <td class="number">{format.money(use.budget)}</td>
      <td class="number">{format.money(use.spent)}</td>
      <td>
        {use.consumed === null
          ? NOTHING
          : use.consumed > 10
            ? format.factor(use.consumed)
            : format.percent(use.consumed)}
        {use.consumed !== null && (
          <span class="budget-bar">
            <span style={{ width: `${Math.min(1, Math.max(0, use.consumed)) * 100}%` }} />
          </span>
        )}
      </td>
      <td class="number" title={hint}>
        {jobs === 0 ? NOTHING : format.money(amount)}
      </td>
      <td class="number">
        {use.projected === null ? (
          NOTHING
        ) : (
          <>
            {format.money(use.projected.expected)}
            <span class="budget-range muted">
              {format.money(use.projected.low)} – {format.money(use.projected.high)}
            </span>
          </>
        )}
      </td>
      <td class="number">
        <Overrun use={use} />
      </td>
      <td>
        <Crossing use={use} />
        <Told told={use.told} />
      </td>
    </tr>
  );
}

function Overrun({ use }: { use: BudgetUse }): VNode {
  const words = useWords().forecast;
  const format = useFormat();
  if (use.overrun === null) return <span class="muted">{NOTHING}</span>;
  const isOver = !use.overrun.amount.startsWith('-');
  const size = { ...use.overrun, amount: use.overrun.amount.replace('-', '') };
  return (
    <>
      <span class={isOver ? 'tag is-bad' : ''}>{isOver ? format.money(size) : words.room(format.money(size))}</span>
      {use.probability !== null && (
        <span class="budget-range muted">{words.chance(format.percent(use.probability))}</span>
      )}
    </>
  );
}

function Crossing({ use }: { use: BudgetUse }): VNode {
  const words = useWords().forecast;
  const format = useFormat();
  const { expected, earliest, latest } = use.crossing;
  if (use.projected === null && expected === null) {
    return <span class="muted">{NOTHING}</span>;
  }
  const day = (text: string | null): string => (text === null ? words.notBefore : format.date(text));
  return (
    <>
      {day(expected)}
      {earliest !== latest && (
        <span class="budget-range muted">{words.crossingBetween(day(earliest), day(latest))}</span>
      )}
    </>
  );
}
