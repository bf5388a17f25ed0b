// What a dry run found: how much would be stored, what is refused and why, what nobody knows.
import type { VNode } from 'preact';
import type { ImportPreview } from '../../../contracts/http/imports.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';
import { RefusedList } from './import-report.tsx';

export function PreviewResult({ preview }: { preview: ImportPreview }): VNode {
  const words = useWords().imports;
  const format = useFormat();
  const { rows, isWhole, readings, refused, devices, unknownMetrics, faults, from, to } = preview;
  const refusedRows = refused.reduce((sum, one) => sum + one.rows, 0);
  const facts: [string, string][] = [
    [words.readings, format.integer(readings)],
    [words.refusedRows, format.integer(refusedRows)],
    [words.devices, format.integer(devices.known)],
    [words.span, from !== null && to !== null ? `${format.dateTime(from)} – ${format.dateTime(to)}` : NOTHING],
  ];
  return (
    <div class="preview-result" role="status">
      {faults.map((fault) => (
        <p key={fault} class="form-message" lang="en">
          {fault}
        </p>
      ))}
      {faults.length === 0 && (
        <>
          <strong>{isWhole ? words.tried(format.integer(rows)) : words.triedFirst(format.integer(rows))}</strong>
          <dl class="facts">
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {devices.unknown.length > 0 && <p>{words.unknownDevices(devices.unknown.join(', '))}</p>}
      {unknownMetrics.length > 0 && <p>{words.unknownMetrics(unknownMetrics.join(', '))}</p>}
      <RefusedList refused={refused} />
    </div>
  );
}
