// Each model in shadow beside what is in force: what both said of the same devices over the same time, and what came of it.
import type { VNode } from 'preact';
import type { Model, ModelDetail } from '../../../contracts/http/models.ts';
import type { Scorecard, ScorecardRow } from '../../../contracts/http/scorecard.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';
import { useResource } from '../../state/use-resource.ts';
import { FalseAlarms, LeadTime, NetWorth, Share } from './scorecard-figures.tsx';

interface ComparisonsProps {
  models: readonly Model[];
  version: number;
}

export function ShadowComparisons({ models, version }: ComparisonsProps): VNode {
  return (
    <>
      {models
        .filter(({ state }) => state === 'shadow')
        .map((shadow) => (
          <Comparison key={shadow.id} shadow={shadow} inForce={rivalOf(shadow, models)} version={version} />
        ))}
    </>
  );
}

/** The version of the same model that is in force, else the detector that comes with the program. */
function rivalOf(shadow: Model, models: readonly Model[]): Model | null {
  const active = models.filter(({ state }) => state === 'active');
  const isSame = ({ kind, product, component }: Model): boolean =>
    kind === shadow.kind && product === shadow.product && component === shadow.component;
  return active.find(isSame) ?? active.find(({ kind }) => kind === 'sign-drift') ?? null;
}

interface Compared {
  since: string;
  rows: readonly ScorecardRow[];
}

function Comparison({ shadow, inForce, version }: { shadow: Model; inForce: Model | null; version: number }): VNode {
  const { api } = useApp();
  const words = useWords().models;
  const format = useFormat();
  const compared = useResource<Compared>(
    `shadow ${shadow.id} ${version}`,
    async (signal) => {
      const { history } = await api.get<ModelDetail>(`/models/${shadow.id}`, {}, signal);
      const since = history
        .filter(({ change }) => change === 'shadowed')
        .map(({ at }) => at)
        .toSorted()
        .at(-1);
      const from = since ?? shadow.createdAt;
      const query = { by: 'model', from, product: shadow.product };
      const { rows } = await api.get<Scorecard>('/predictions/scorecard', query, signal);
      return { since: from, rows };
    },
    true,
  );
  const rowOf = (model: Model | null, isShadow: boolean): ScorecardRow | null =>
    compared.value?.rows.find(
      (row) => row.model === model?.kind && row.modelVersion === String(model?.version) && row.isShadow === isShadow,
    ) ?? null;
  const nameOf = (model: Model): string => `${words.kind[model.kind]} ${model.version}`;
  const [ours, theirs] = [rowOf(inForce, false), rowOf(shadow, true)];
  if (compared.value === null) return <></>;
  return (
    <div class="shadow-comparison">
      <h3>
        {words.compare(
          [nameOf(shadow), shadow.product].filter(Boolean).join(' · '),
          format.dateTime(compared.value.since),
        )}
      </h3>
      {ours === null && theirs === null ? (
        <p class="muted">{words.neitherSpoke}</p>
      ) : (
        <div class="scorecard-scroll" tabIndex={0} role="region" aria-label={`${words.inForce} – ${words.inShadow}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.ofWhat}</th>
                <th scope="col" class="number">
                  {words.inForce}
                  {inForce !== null && <span class="scorecard-note">{nameOf(inForce)}</span>}
                </th>
                <th scope="col" class="number">
                  {words.inShadow}
                  <span class="scorecard-note">{nameOf(shadow)}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              <Line
                name={words.truePositives}
                rows={[ours, theirs]}
                show={(row) => format.integer(row.truePositives)}
              />
              <Line
                name={words.falsePositives}
                rows={[ours, theirs]}
                show={(row) => format.integer(row.falsePositives)}
              />
              <Line
                name={words.falseNegatives}
                rows={[ours, theirs]}
                show={(row) => format.integer(row.falseNegatives)}
              />
              <Line name={words.open} rows={[ours, theirs]} show={(row) => format.integer(row.open)} />
              <Line name={words.precision} rows={[ours, theirs]} show={(row) => <Share measured={row.precision} />} />
              <Line name={words.recall} rows={[ours, theirs]} show={(row) => <Share measured={row.recall} />} />
              <Line name={words.lead} rows={[ours, theirs]} show={(row) => <LeadTime row={row} />} />
              <Line name={words.falseAlarms} rows={[ours, theirs]} show={(row) => <FalseAlarms row={row} />} />
              <Line name={words.net} rows={[ours, theirs]} show={(row) => <NetWorth row={row} />} />
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

interface LineProps {
  name: string;
  rows: readonly (ScorecardRow | null)[];
  show: (row: ScorecardRow) => VNode | string;
}

/** One figure of both; a model that has said nothing yet has none. */
const Line = ({ name, rows, show }: LineProps): VNode => (
  <tr>
    <th scope="row">{name}</th>
    {rows.map((row, column) => (
      <td key={column} class="number">
        {row === null ? NOTHING : show(row)}
      </td>
    ))}
  </tr>
);
