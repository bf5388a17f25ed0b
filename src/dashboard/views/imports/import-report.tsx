// What came of an import: how much of the file was taken, and every reason for what was not.
import type { VNode } from 'preact';
import type { ImportReport } from '../../../contracts/http/imports.ts';
import type { Import } from '../../../contracts/http/system.ts';
import type { RefusedRows } from '../../../contracts/row-counts.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';

/** The report of a file; what others announce has a shape of its own. */
export const reportIn = ({ kind, report }: Import): Partial<ImportReport> | null =>
  kind === 'file' && report !== null ? (report as Partial<ImportReport>) : null;

export function ImportReportView({ report }: { report: Partial<ImportReport> }): VNode {
  const words = useWords().imports;
  const format = useFormat();
  const { rows, readings, devices, refusedRows, refused, from, to, seconds, reason } = report;
  const count = (value: number | undefined): string => (value === undefined ? NOTHING : format.integer(value));
  const facts: [string, string][] = [
    [words.rows, count(rows)],
    [words.readings, count(readings)],
    [words.device, count(devices)],
    [words.refusedRows, count(refusedRows)],
    [words.span, from && to ? `${format.dateTime(from)} – ${format.dateTime(to)}` : NOTHING],
    [words.took, seconds === undefined ? NOTHING : words.seconds(format.measure(seconds))],
  ];
  return (
    <div class="import-detail">
      {reason !== undefined && <p class="form-message">{reason}</p>}
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {refused !== undefined && <RefusedList refused={refused} />}
    </div>
  );
}

export function RefusedList({ refused }: { refused: readonly RefusedRows[] }): VNode | null {
  const words = useWords().imports;
  const known: Readonly<Record<string, string>> = words.refusal;
  const format = useFormat();
  if (refused.length === 0) return null;
  return (
    <ul class="refused-rows">
      {refused.map(({ reason, rows, lines, example }) => (
        <li key={reason}>
          <strong>{known[reason] ?? reason}</strong>
          <span class="muted">{words.lines(format.integer(rows), format.integer(lines[0] ?? 0))}</span>
          <span class="mono clip" lang="en" title={example}>
            {example}
          </span>
        </li>
      ))}
    </ul>
  );
}
