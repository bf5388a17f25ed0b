// What a forecast is worth: the model that was chosen, the error of each along the same months, and how often its bands held.
import type { VNode } from 'preact';
import type { ForecastDetail } from '../../../contracts/http/forecast.ts';
import { useFormat, useWords } from '../../app-context.ts';

export function ModelLine({ detail }: { detail: ForecastDetail }): VNode {
  const words = useWords().forecast;
  const format = useFormat();
  const { model, scores, coverage, isIntermittent } = detail;
  return (
    <div class="model-line">
      <span class="muted" title={words.scoresHint}>
        {words.scores}
      </span>
      {scores.map((score) => (
        <span key={score.model} class={score.model === model ? 'tag is-accent' : 'tag'}>
          {words.models[score.model]} {score.mase === null ? words.noScore : score.mase.toFixed(2)}
        </span>
      ))}
      <span class="muted">
        {coverage.n === 0
          ? words.noCoverage
          : words.coverage(format.percent(coverage.held / coverage.n), format.integer(coverage.n))}
      </span>
      {isIntermittent && <span class="muted">{words.intermittent}</span>}
    </div>
  );
}
