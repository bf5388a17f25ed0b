// The live scorecard: right, false and missed warnings, the rates with their intervals, and what they were worth.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import {
  SCORECARD_GROUPS,
  type Scorecard,
  type ScorecardGroup,
  type ScorecardRow,
} from '../../../contracts/http/scorecard.ts';
import type { Model, ModelKindName } from '../../../contracts/http/models.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Segmented } from '../../components/segmented.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { NOTHING } from '../../format/format.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { ActualWorth, FalseAlarms, LeadTime, NetWorth, Share } from './scorecard-figures.tsx';
import { ShadowComparisons } from './shadow-comparison.tsx';

interface SectionProps {
  version: number;
  models: readonly Model[];
}

export function ScorecardSection({ version, models }: SectionProps): VNode {
  const { api } = useApp();
  const words = useWords().models;
  const [by, setBy] = useState<ScorecardGroup>('model');
  const card = useResource(
    `scorecard ${by} ${version}`,
    (signal) => api.get<Scorecard>('/predictions/scorecard', { by }, signal),
    true,
  );
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.scorecard}</h2>
        <span class="muted">{words.scorecardHint}</span>
        <span class="grow" />
        <Segmented
          label={words.scorecard}
          value={by}
          options={SCORECARD_GROUPS.map((value) => ({ value, text: words.by[value] }))}
          onChange={setBy}
        />
      </header>
      <Loaded resource={card}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty icon="models" title={words.noScorecard} hint={words.noScorecardHint} />
          ) : (
            <div class="scorecard-scroll" tabIndex={0} role="region" aria-label={words.scorecard}>
              <table class="scorecard">
                <ScorecardHead />
                <tbody>
                  {rows.map((row) => (
                    <Row key={row.key} row={row} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      <ShadowComparisons models={models} version={version} />
    </section>
  );
}

function ScorecardHead(): VNode {
  const words = useWords().models;
  const columns: [string, string?][] = [
    [words.truePositives],
    [words.falsePositives],
    [words.falseNegatives],
    [words.censored, words.censoredHint],
    [words.open],
    [words.precision],
    [words.recall],
    [words.lead, words.leadHint],
    [words.falseAlarms],
    [words.net, words.netHint],
    [words.actual, words.actualHint],
    [words.conservative],
  ];
  return (
    <thead>
      <tr>
        <th scope="col">{words.ofWhat}</th>
        {columns.map(([name, hint]) => (
          <th key={name} scope="col" class="number" title={hint}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Row({ row }: { row: ScorecardRow }): VNode {
  const format = useFormat();
  return (
    <tr>
      <th scope="row">
        <RowName row={row} />
      </th>
      <td class="number">{format.integer(row.truePositives)}</td>
      <td class="number">{format.integer(row.falsePositives)}</td>
      <td class="number">{format.integer(row.falseNegatives)}</td>
      <td class="number muted">{format.integer(row.censored)}</td>
      <td class="number muted">{format.integer(row.open)}</td>
      <td class="number">
        <Share measured={row.precision} />
      </td>
      <td class="number">
        <Share measured={row.recall} />
      </td>
      <td class="number">
        <LeadTime row={row} />
      </td>
      <td class="number">
        <FalseAlarms row={row} />
      </td>
      <td class="number">
        <NetWorth row={row} />
      </td>
      <td class="number">
        <ActualWorth row={row} />
      </td>
      <td class="number">
        {row.worth.length === 0
          ? NOTHING
          : row.worth.map(({ conservative }) => <div key={conservative.currency}>{format.money(conservative)}</div>)}
      </td>
    </tr>
  );
}

function RowName({ row }: { row: ScorecardRow }): VNode {
  const words = useWords().models;
  const { href } = useScope();
  const format = useFormat();
  if (row.device !== null) return <a href={href(`/devices/${row.device}`)}>{row.device}</a>;
  if (row.model === null) {
    const codes = [row.product, row.component, row.failureMode].filter((part) => part !== null).join(' · ');
    return <>{row.name === null ? codes : format.text(row.name)}</>;
  }
  return (
    <span class="line">
      {row.month !== null && <span class="nowrap">{format.period(row.month)}</span>}
      {words.kind[row.model as ModelKindName] ?? row.model} {row.modelVersion}
      {row.isShadow && <span class="tag is-accent">{words.shadowTag}</span>}
    </span>
  );
}
