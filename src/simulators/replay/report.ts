// The end of a replay in words for a person, and as a file.
import { writeFileSync } from 'node:fs';
import type { RefusedRows } from '../../contracts/row-counts.ts';
import type { PlayReport } from './play.ts';

const grouped = (count: number): string => count.toLocaleString('en');

export const refusalLines = (refused: readonly RefusedRows[]): string[] =>
  refused.map(
    ({ reason, rows, lines, example }) =>
      `  ${grouped(rows)} ${reason}: ${example} (line ${lines.join(', ')}${rows > lines.length ? ', ...' : ''})`,
  );

export function summaryOf(report: PlayReport): string {
  const { rows, refusedRows, refused, readings, duplicateReadings, messages, seconds, readingsPerSecond } = report;
  const twice = duplicateReadings === null ? 'unknown how many twice' : `${grouped(duplicateReadings)} of them twice`;
  return [
    report.complete ? 'done' : 'stopped; go on with --resume',
    `${grouped(rows)} rows read, ${grouped(refusedRows)} refused`,
    ...refusalLines(refused),
    `${grouped(readings)} readings acknowledged in ${grouped(messages)} messages, ${twice}`,
    `${seconds} s in all, ${grouped(readingsPerSecond)} readings/s in this run`,
  ].join('\n');
}

export function writeReport(file: string | null, report: unknown): void {
  if (file !== null) writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}
