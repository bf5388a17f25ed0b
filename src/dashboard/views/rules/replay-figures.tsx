// Counts, precision, recall, lead time and false alarms of the candidate beside those of what really happened, each with its n.
import type { VNode } from 'preact';
import type { ReplayScore } from '../../../contracts/http/replay-model.ts';
import type { ReplayResult } from '../../../contracts/http/replays.ts';
import type { Measured } from '../../../contracts/http/scorecard.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { type Format, NOTHING } from '../../format/format.ts';
import type { Words } from '../../i18n/words.ts';

interface Line {
  name: string;
  of: (score: ReplayScore, jobs: number) => { text: string; note?: string };
}

export function ReplayFigures({ result, isScored }: { result: ReplayResult; isScored: boolean }): VNode {
  const words = useWords().rules.replay;
  const format = useFormat();
  const lines = linesOf(words, format).slice(0, isScored ? undefined : 1);
  return (
    <table class="plain-table replay-table">
      <thead>
        <tr>
          <td />
          <th class="number">{words.would}</th>
          <th class="number">{words.did}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, of }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <Cell {...of(result.candidate, result.jobs.candidate)} />
            <Cell {...of(result.actual, result.jobs.actual)} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const Cell = ({ text, note }: { text: string; note?: string }): VNode => (
  <td class="number">
    <strong>{text}</strong>
    {note !== undefined && <span class="figure-note"> {note}</span>}
  </td>
);

function linesOf(words: Words['rules']['replay'], format: Format): Line[] {
  const count = (value: number): { text: string } => ({ text: format.integer(value) });
  const measured = (
    { value, low, high, n }: Measured,
    tell: (value: number) => string,
  ): { text: string; note?: string } =>
    value === null || low === null || high === null
      ? { text: NOTHING, note: words.n('0') }
      : { text: tell(value), note: words.interval(tell(low), tell(high), format.integer(n)) };
  return [
    { name: words.alerts, of: ({ alerts }) => count(alerts) },
    { name: words.jobs, of: (_, jobs) => count(jobs) },
    { name: words.right, of: ({ truePositives }) => count(truePositives) },
    { name: words.wrong, of: ({ falsePositives }) => count(falsePositives) },
    {
      name: words.missed,
      of: ({ falseNegatives, averted }) => ({
        ...count(falseNegatives),
        ...(averted > 0 ? { note: words.averted(format.integer(averted)) } : {}),
      }),
    },
    { name: words.undecided, of: ({ censored, open }) => count(censored + open) },
    { name: words.precision, of: ({ precision }) => measured(precision, format.percent) },
    { name: words.recall, of: ({ recall }) => measured(recall, format.percent) },
    {
      name: words.lead,
      of: ({ leadHours: { median, n } }) =>
        median === null ? { text: NOTHING } : { text: format.hours(median), note: words.n(format.integer(n)) },
    },
    { name: words.falseAlarms, of: ({ falseAlarmsPerDeviceYear: rate }) => measured(rate, format.measure) },
  ];
}
