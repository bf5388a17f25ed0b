// Has a model moved away from what it was: its probabilities, its inputs, its Brier score and its intervals, each with how many
// stand behind it and how far it may go.
import type { VNode } from 'preact';
import type { DriftFigures, InputDrift } from '../../../contracts/http/models.ts';
import { useFormat, useWords } from '../../app-context.ts';

export function ModelDrift({ drift }: { drift: DriftFigures | null }): VNode {
  const words = useWords().models;
  const format = useFormat();
  if (drift === null) {
    return (
      <>
        <h3>{words.drift}</h3>
        <p class="muted">{words.noDrift}</p>
      </>
    );
  }
  const told = (value: number | null, n: number): string =>
    value === null ? words.tooFew(format.integer(n)) : `${format.measure(value)} · n ${format.integer(n)}`;
  return (
    <>
      <h3>
        {words.drift} <span class="muted">{format.dateTime(drift.at)}</span>
      </h3>
      {drift.proposal !== null && <p class="notice">{format.text(drift.proposal)}</p>}
      <dl class="facts">
        <dt>{words.scorePsi}</dt>
        <dd>
          {told(drift.scorePsi, drift.scoreRows)} <Limit text={words.limit(format.measure(drift.scorePsiLimit))} />
        </dd>
        <dt>{words.brier}</dt>
        <dd>
          {told(drift.brier, drift.brierRows)}
          {drift.brierOfBaseRate !== null && <Limit text={words.brierAgainst(format.measure(drift.brierOfBaseRate))} />}
        </dd>
        <dt title={words.coverageHint}>{words.coverage}</dt>
        <dd>
          {told(drift.coverage, drift.coverageRows)} <Limit text={words.limit(format.measure(drift.coverageLimit))} />
        </dd>
      </dl>
      <h3 title={words.inputsHint}>
        {words.inputs} <span class="muted">n {format.integer(drift.inputRows)}</span>
      </h3>
      {drift.inputs.length > 0 ? (
        <Inputs inputs={drift.inputs} />
      ) : (
        <p class="muted">{drift.inputRows > 0 ? words.tooFew(format.integer(drift.inputRows)) : words.inputsNone}</p>
      )}
    </>
  );
}

const Limit = ({ text }: { text: string }): VNode => <span class="muted"> {text}</span>;

function Inputs({ inputs }: { inputs: readonly InputDrift[] }): VNode {
  const words = useWords().models;
  const format = useFormat();
  return (
    <div class="scorecard-scroll" tabIndex={0} role="region" aria-label={words.inputs}>
      <table class="reliability-table">
        <thead>
          <tr>
            <th scope="col">{words.input}</th>
            <th scope="col" class="number">
              PSI
            </th>
            <th scope="col" class="number">
              {words.inputUse}
            </th>
          </tr>
        </thead>
        <tbody>
          {inputs.map(({ name, psi, limit, use }) => (
            <tr key={name.en}>
              <td>
                {format.text(name)} {psi > limit && <span class="tag is-warm">{words.hasMoved}</span>}
              </td>
              <td class="number nowrap">
                {format.measure(twoPlaces(psi))} <Limit text={words.limit(format.measure(twoPlaces(limit)))} />
              </td>
              <td class="number">{format.percent(use)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const twoPlaces = (value: number): number => Math.round(value * 100) / 100;
