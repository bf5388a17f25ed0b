// What changed: cost of a period, line or region against another, in volume, mix and rate, and who moved it most.
import type { VNode } from 'preact';
import type { Comparison, VarianceSplit } from '../../../../contracts/http/cost-comparison.ts';
import type { Summary } from '../../../../contracts/http/costs.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Empty, Loaded, Skeleton } from '../../../components/state-views.tsx';
import type { PeriodRange } from '../../../state/periods.ts';
import { useResource } from '../../../state/use-resource.ts';
import { useScope } from '../../../state/use-scope.ts';
import { CostsHead } from '../costs-head.tsx';
import { dimensionLabel } from '../dimension-label.ts';
import { Explainable } from '../explain/explainable.tsx';
import { useCodeName } from '../use-code-name.ts';
import { useCostsVersion } from '../use-cost-query.ts';
import { MoverControls } from './mover-controls.tsx';
import { MoverTable, useVolumeText } from './mover-table.tsx';
import {
  type MoverSettings,
  moverSettingsOf,
  type MoversQuestion,
  questionOf,
  rangeAgainst,
  sideCells,
} from './movers-settings.ts';
import { WaterfallBars } from './waterfall-bars.tsx';

export function MoversTab(): VNode {
  const words = useWords();
  const { filter, query } = useScope();
  const settings = moverSettingsOf(query);
  const question = questionOf(settings, filter);
  return (
    <Explainable>
      <CostsHead />
      <MoverControls settings={settings} />
      {question === null ? (
        <div class="section">
          <Empty icon="costs" title={words.movers.chooseTitle} hint={words.movers.chooseHint} />
        </div>
      ) : (
        <Answer settings={settings} question={question} />
      )}
    </Explainable>
  );
}

function Answer({ settings, question }: { settings: MoverSettings; question: MoversQuestion }): VNode {
  const { api } = useApp();
  const words = useWords();
  const version = useCostsVersion();
  const comparison = useResource(
    `movers ${JSON.stringify(question)} ${version}`,
    (signal) => api.get<Comparison>('/costs/compare', { ...question }, signal),
    true,
  );
  return (
    <Loaded
      resource={comparison}
      skeleton={
        <div class="section">
          <Skeleton rows={10} />
        </div>
      }
    >
      {({ before, after, split }) =>
        split === undefined || split.groups.length === 0 ? (
          <div class="section">
            <Empty icon="costs" title={words.costs.empty} hint={words.costs.emptyHint} />
          </div>
        ) : (
          <Movers settings={settings} before={before} after={after} split={split} />
        )
      }
    </Loaded>
  );
}

interface MoversProps {
  settings: MoverSettings;
  before: Summary;
  after: Summary;
  split: VarianceSplit;
}

function Movers({ settings, before, after, split }: MoversProps): VNode {
  const words = useWords();
  const format = useFormat();
  const { filter } = useScope();
  const names = useSideNames(settings);
  const sides = sideCells(settings, filter.range);
  const unit = words.movers.unit[split.unit];
  const volume = useVolumeText();
  return (
    <>
      <section class="section">
        <header class="section-head">
          <h2>{words.movers.title}</h2>
          <span class="grow" />
          <span class="muted">{after.currency}</span>
        </header>
        <div class="section-body stack">
          <WaterfallBars before={before.total} split={split} names={names} sides={sides} />
          <p class="muted">
            {unit} {volume(split.before)} → {volume(split.after)} ·{' '}
            {words.movers.counted(format.integer(split.before.n), format.integer(split.after.n))}
            {split.basis !== null && ` · ${words.movers.hoursBasis[split.basis]}`}
          </p>
          {(split.before.quantity ?? 0) === 0 && <p class="muted">{words.movers.noVolume}</p>}
          {split.withoutVolume.groups > 0 && (
            <p class="muted">
              {words.movers.withoutVolume(
                format.integer(split.withoutVolume.groups),
                format.money(split.withoutVolume.before),
                format.money(split.withoutVolume.after),
              )}
            </p>
          )}
        </div>
      </section>
      <section class="section">
        <header class="section-head">
          <h2>{words.movers.biggest}</h2>
        </header>
        <MoverTable split={split} totals={{ before: before.total, after: after.total }} by={after.by} sides={sides} />
        <p class="pivot-note">{words.movers.rule}</p>
      </section>
    </>
  );
}

/** The ends of the waterfall by name: months, or the two values. */
function useSideNames(settings: MoverSettings): { before: string; after: string } {
  const words = useWords();
  const format = useFormat();
  const { filter } = useScope();
  const nameOf = useCodeName();
  const { basis, values } = settings;
  const months = ({ from, to }: PeriodRange): string =>
    from === to ? format.period(from) : `${format.period(from)} – ${format.period(to)}`;
  if (basis !== 'values') return { before: months(rangeAgainst(settings, filter.range)), after: months(filter.range) };
  const value = (code: string | null): string =>
    dimensionLabel(values.dimension, code, code === null ? null : nameOf(values.dimension, code), words, format);
  return { before: value(values.before), after: value(values.after) };
}
