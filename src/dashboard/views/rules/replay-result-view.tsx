// What a run of the time machine found: the same figures in two columns, in counts and in money, then device by device.
import type { VNode } from 'preact';
import type { Replay, ReplayResult } from '../../../contracts/http/replays.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { ReplayDifferences } from './replay-differences.tsx';
import { ReplayFigures } from './replay-figures.tsx';
import { ReplayMoneyTable } from './replay-money.tsx';
import { ReplayTimeline } from './replay-timeline.tsx';

export function ReplayResultView({ replay, result }: { replay: Replay; result: ReplayResult }): VNode {
  const words = useWords().rules.replay;
  const format = useFormat();
  const { devices, deviceYears, readings, thinned, failureModes, probability, threshold } = result;
  const isScored = failureModes.length > 0;
  const [from, to] = [format.date(result.heardFrom ?? replay.from), format.date(replay.to)];
  return (
    <div class="replay-result">
      <p class="muted">
        {replay.version === null ? words.ofModel(from, to) : words.of(String(replay.version), from, to)} ·{' '}
        {words.basis(format.integer(devices), format.measure(deviceYears), format.integer(readings))}
        {isScored && ` · ${failureModes.map(({ name }) => format.text(name)).join(', ')}`}
      </p>
      {thinned > 0 && <p class="muted">{words.thinned(format.integer(thinned))}</p>}
      {!isScored && <p class="muted">{words.unscored}</p>}
      <div class="replay-tables">
        <ReplayFigures result={result} isScored={isScored} />
        {result.money !== null && <ReplayMoneyTable money={result.money} />}
      </div>
      {isScored && result.money === null && <p class="muted">{words.unpriced}</p>}
      {probability !== null && threshold !== null && (
        <p class="muted">{words.worth(format.percent(probability), format.percent1(threshold))}</p>
      )}
      <ReplayTimeline replay={replay} result={result} />
      <ReplayDifferences result={result} />
    </div>
  );
}
