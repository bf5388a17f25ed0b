// What a run of the time machine found: the same figures in two columns, in counts and in money, then device by device.
import type { VNode } from 'preact';
import type { Replay, ReplayResult } from '../../../contracts/http/replays.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { ReplayDifferences } from './replay-differences.tsx';
import { ReplayFigures } from './replay-figures.tsx';
import { columnsOf, InForceNote, LearnedNote, TimeLeftNote, UnseenPart } from './replay-model.tsx';
import { ReplayMoneyTable } from './replay-money.tsx';
import { ReplayTimeline } from './replay-timeline.tsx';

export function ReplayResultView({ replay, result }: { replay: Replay; result: ReplayResult }): VNode {
  const words = useWords().rules.replay;
  const format = useFormat();
  const { devices, deviceYears, readings, thinned, failureModes, probability, threshold, modelled } = result;
  const inForce = modelled?.inForce ?? null;
  const isScored = failureModes.length > 0;
  const [from, to] = [format.date(result.heardFrom ?? replay.from), format.date(replay.to)];
  const { candidate, actual, jobs } = result;
  const columns =
    modelled === undefined
      ? [
          { name: words.would, score: candidate, jobs: { text: format.integer(jobs.candidate) } },
          { name: words.did, score: actual, jobs: { text: format.integer(jobs.actual) } },
        ]
      : columnsOf(
          { score: candidate, jobs: modelled.jobs },
          inForce,
          { score: actual, jobs: jobs.actual },
          { words, format },
        );
  return (
    <div class="replay-result">
      <p class="muted">
        {words.of(String(replay.version ?? replay.modelVersion ?? ''), from, to)} ·{' '}
        {words.basis(format.integer(devices), format.measure(deviceYears), format.integer(readings))}
        {isScored && ` · ${failureModes.map(({ name }) => format.text(name)).join(', ')}`}
      </p>
      {thinned > 0 && <p class="muted">{words.thinned(format.integer(thinned))}</p>}
      {!isScored && <p class="muted">{words.unscored}</p>}
      {modelled !== undefined && <LearnedNote learned={modelled.learned} />}
      {modelled !== undefined && <InForceNote modelled={modelled} />}
      <div class="replay-tables">
        <ReplayFigures columns={columns} isScored={isScored} />
        {result.money !== null && <ReplayMoneyTable {...result.money} inForce={inForce?.money ?? null} />}
      </div>
      {isScored && result.money === null && <p class="muted">{words.unpriced}</p>}
      {probability !== null && threshold !== null && (
        <p class="muted">{words.worth(format.percent(probability), format.percent1(threshold))}</p>
      )}
      {modelled !== undefined && <TimeLeftNote timeLeft={modelled.timeLeft} />}
      {modelled?.unseen != null && <UnseenPart unseen={modelled.unseen} />}
      <ReplayTimeline replay={replay} result={result} />
      <ReplayDifferences result={result} />
    </div>
  );
}
