// Counts, precision, recall, lead time and false alarms of the candidate beside those of what is in force and of what really happened,
// each with its n.
import type { VNode } from 'preact';
import type { ReplayScore } from '../../../contracts/http/replay-model.ts';
import type { Measured } from '../../../contracts/http/scorecard.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { type Format, NOTHING } from '../../format/format.ts';
import type { Words } from '../../i18n/words.ts';

interface Told {
  text: string;
  note?: string;
}

export interface FigureColumn {
  name: string;
  score: ReplayScore;
  jobs: Told;
}

interface Line {
  name: string;
  of: (column: FigureColumn) => Told;
}

export function ReplayFigures({ columns, isScored }: { columns: readonly FigureColumn[]; isScored: boolean }): VNode {
  const words = useWords().rules.replay;
  const format = useFormat();
  const lines = linesOf(words, format).slice(0, isScored ? undefined : 1);
  return (
    <table class="plain-table replay-table">
      <thead>
        <tr>
          <td />
          {columns.map((column) => (
            <th key={column.name} class="number">
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, of }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {columns.map((column) => (
              <Cell key={column.name} {...of(column)} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const Cell = ({ text, note }: Told): VNode => (
  <td class="number">
    <strong>{text}</strong>
    {note !== undefined && <span class="figure-note"> {note}</span>}
  </td>
);

function linesOf(words: Words['rules']['replay'], format: Format): Line[] {
  const count = (value: number): Told => ({ text: format.integer(value) });
  const measured = ({ value, low, high, n }: Measured, tell: (value: number) => string): Told =>
    value === null || low === null || high === null
      ? { text: NOTHING, note: words.n('0') }
      : { text: tell(value), note: words.interval(tell(low), tell(high), format.integer(n)) };
  return [
    { name: words.alerts, of: ({ score: { alerts } }) => count(alerts) },
    { name: words.jobs, of: ({ jobs }) => jobs },
    { name: words.right, of: ({ score: { truePositives } }) => count(truePositives) },
    { name: words.wrong, of: ({ score: { falsePositives } }) => count(falsePositives) },
    {
      name: words.missed,
      of: ({ score: { falseNegatives, averted } }) => ({
        ...count(falseNegatives),
        ...(averted > 0 ? { note: words.averted(format.integer(averted)) } : {}),
      }),
    },
    { name: words.undecided, of: ({ score: { censored, open } }) => count(censored + open) },
    { name: words.precision, of: ({ score: { precision } }) => measured(precision, format.percent) },
    { name: words.recall, of: ({ score: { recall } }) => measured(recall, format.percent) },
    {
      name: words.lead,
      of: ({
        score: {
          leadHours: { median, n },
        },
      }) => (median === null ? { text: NOTHING } : { text: format.hours(median), note: words.n(format.integer(n)) }),
    },
    { name: words.falseAlarms, of: ({ score: { falseAlarmsPerDeviceYear: rate } }) => measured(rate, format.measure) },
  ];
}
