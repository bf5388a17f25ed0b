// What the time machine says of a model besides the figures of every candidate: months it learned from, the part after them, jobs that
// waited for room, and how the time left that it told turned out.
import type { VNode } from 'preact';
import type { ModelReplay, ReplayColumn, ReplayJobs } from '../../../contracts/http/replay-model.ts';
import { useFormat, useWords } from '../../app-context.ts';
import type { Format } from '../../format/format.ts';
import type { Words } from '../../i18n/words.ts';
import { type FigureColumn, ReplayFigures } from './replay-figures.tsx';
import { ReplayMoneyTable } from './replay-money.tsx';

/** Jobs it would have opened; what did not become one stands beside. */
export function jobsText(
  { opened, proposed, held, withdrawn, recorded, merged }: ReplayJobs,
  words: Words['rules']['replay'],
  format: Format,
): { text: string; note?: string } {
  const others = Object.entries({ proposed, held, withdrawn, recorded, merged }).filter(([, n]) => n > 0);
  const note = others.map(([fate, n]) => words.fate[fate as keyof ReplayJobs](format.integer(n))).join(' · ');
  return { text: format.integer(opened), ...(note === '' ? {} : { note }) };
}

/** The candidate, what is in force where that is another, and what happened. */
export function columnsOf(
  candidate: Pick<ReplayColumn, 'score' | 'jobs'>,
  inForce: Pick<ReplayColumn, 'score' | 'jobs'> | null,
  actual: { score: ReplayColumn['score']; jobs: number | null },
  { words, format }: { words: Words['rules']['replay']; format: Format },
): FigureColumn[] {
  const jobs = (told: ReplayJobs | null) => (told === null ? { text: '' } : jobsText(told, words, format));
  return [
    { name: words.would, score: candidate.score, jobs: jobs(candidate.jobs) },
    ...(inForce === null ? [] : [{ name: words.inForce, score: inForce.score, jobs: jobs(inForce.jobs) }]),
    {
      name: words.did,
      score: actual.score,
      jobs: { text: actual.jobs === null ? '' : format.integer(actual.jobs) },
    },
  ];
}

/** Said before the figures, so that nobody takes what was learned by heart for foresight. */
export function LearnedNote({ learned }: { learned: ModelReplay['learned'] }): VNode | null {
  const words = useWords().rules.replay;
  const format = useFormat();
  if (learned === null) return null;
  const { from, to, overlap } = learned;
  if (overlap === 'unknown' || to === null) return <p class="notice">{words.learnedUnknown}</p>;
  if (overlap === 'none') return <p class="muted">{words.learnedNone(format.date(to))}</p>;
  const months = from === null ? format.date(to) : `${format.date(from)} – ${format.date(to)}`;
  return <p class="notice">{overlap === 'all' ? words.learnedAll(months) : words.learnedPart(months)}</p>;
}

export function InForceNote({ modelled }: { modelled: ModelReplay }): VNode {
  const all = useWords();
  const words = all.rules.replay;
  const { inForce, mode } = modelled;
  const names = inForce?.models.map(
    ({ kind, version }) => `${all.models.kind[kind]} ${all.models.version(String(version))}`,
  );
  return (
    <p class="muted">
      {words.mode(all.models.mode[mode])}{' '}
      {names === undefined
        ? words.isInForce
        : words.inForceIs(names.length === 0 ? all.models.kind['sign-drift'] : names.join(', '))}
    </p>
  );
}

export function TimeLeftNote({ timeLeft }: { timeLeft: ModelReplay['timeLeft'] }): VNode | null {
  const words = useWords().rules.replay;
  const format = useFormat();
  if (timeLeft === null) return null;
  const { answers, errorHours, errorN, coverage } = timeLeft;
  return (
    <p>
      {words.timeLeft(format.integer(answers))}
      {errorHours !== null && ` ${words.timeLeftError(format.hours(errorHours), format.integer(errorN))}`}
      {coverage.value !== null &&
        ` ${words.timeLeftInside(format.percent(coverage.value), format.integer(coverage.n))}`}
    </p>
  );
}

/** The same figures of the part that the model had not seen. */
export function UnseenPart({ unseen }: { unseen: NonNullable<ModelReplay['unseen']> }): VNode {
  const words = useWords().rules.replay;
  const format = useFormat();
  const { from, candidate, inForce, actual, failures } = unseen;
  const columns = columnsOf(candidate, inForce, { score: actual.score, jobs: null }, { words, format });
  return (
    <section class="replay-unseen">
      <h3>{words.unseen(format.date(from))}</h3>
      <p class="muted">{words.unseenFailures(format.integer(failures))}</p>
      <div class="replay-tables">
        <ReplayFigures columns={columns} isScored={true} />
        {candidate.money !== null && actual.money !== null && (
          <ReplayMoneyTable candidate={candidate.money} inForce={inForce?.money ?? null} actual={actual.money} />
        )}
      </div>
    </section>
  );
}
