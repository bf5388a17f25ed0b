// What the time machine found of a model, as lines of text: the same columns as the screen.
import type { ReplayScore } from './contracts/http/replay-model.ts';
import type { Replay, ReplayResult } from './contracts/http/replays.ts';
import type { Money } from './contracts/money.ts';

const share = (value: number | null, n: number): string =>
  value === null ? '-' : `${(value * 100).toFixed(1)} % (n ${n})`;
const money = (value: Money | undefined): string => (value === undefined ? '-' : `${value.amount} ${value.currency}`);

const LEARNED = {
  all: 'This model learned from these months: the figures show what it remembers, not what it would have foreseen.',
  part: 'This model learned from part of these months; what came after is shown apart.',
  none: 'It learned from none of these months.',
  unknown: 'Nobody knows from which months this model learned.',
} as const;

interface Column {
  name: string;
  score: ReplayScore;
  jobs: number;
  total: Money | undefined;
}

function table(columns: readonly Column[]): string[] {
  const rows: [string, (column: Column) => string][] = [
    ['', ({ name }) => name],
    ['alerts', ({ score }) => String(score.alerts)],
    ['jobs opened', ({ jobs }) => String(jobs)],
    ['right', ({ score }) => String(score.truePositives)],
    ['false alarms', ({ score }) => String(score.falsePositives)],
    ['not warned of', ({ score }) => String(score.falseNegatives)],
    ['precision', ({ score }) => share(score.precision.value, score.precision.n)],
    ['recall', ({ score }) => share(score.recall.value, score.recall.n)],
    ['lead time, h', ({ score }) => score.leadHours.median?.toFixed(1) ?? '-'],
    ['cost', ({ total }) => money(total)],
  ];
  return rows.map(([name, of]) => name.padEnd(16) + columns.map((column) => of(column).padEnd(24)).join(''));
}

export function sayReplay({ from, to }: Replay, result: ReplayResult): string[] {
  const { devices, readings, failures, candidate, actual, jobs, modelled } = result;
  const lines = [`${from} to ${to}: ${devices} devices, ${readings} readings, ${failures} failures`];
  const learned = modelled?.learned;
  if (learned != null) lines.push(LEARNED[learned.overlap]);
  const inForce = modelled?.inForce;
  lines.push(
    ...table([
      { name: 'this version', score: candidate, jobs: jobs.candidate, total: result.money?.candidate.total },
      ...(inForce == null
        ? []
        : [{ name: 'in force', score: inForce.score, jobs: inForce.jobs.opened, total: inForce.money?.total }]),
      { name: 'what happened', score: actual, jobs: jobs.actual, total: result.money?.actual.total },
    ]),
  );
  const unseen = modelled?.unseen;
  if (unseen == null) return lines;
  const parts: [string, typeof unseen.actual | null][] = [
    ['this version', unseen.candidate],
    ['in force', unseen.inForce],
    ['what happened', unseen.actual],
  ];
  const columns = parts.flatMap(([name, part]) =>
    part === null ? [] : [{ name, score: part.score, jobs: part.jobs?.opened ?? 0, total: part.money?.total }],
  );
  return [...lines, `After its training, from ${unseen.from}: ${unseen.failures} failures`, ...table(columns)];
}
