// Which column becomes which metric: a line for each column with its first values; an empty metric leaves it out.
import type { VNode } from 'preact';
import type { ImportPreview } from '../../../contracts/http/imports.ts';
import type { RecordingMap } from '../../../contracts/recording-map.ts';
import { useWords } from '../../app-context.ts';

const VALUES_SHOWN = 3;

interface MetricColumnsProps {
  preview: ImportPreview;
  map: RecordingMap;
  onChange: (map: RecordingMap) => void;
}

export function MetricColumns({ preview, map, onChange }: MetricColumnsProps): VNode {
  const words = useWords().imports;
  const { columns, head } = preview;
  const isTaken = (column: string): boolean =>
    column === map.time.column || ('column' in map.device && column === map.device.column);
  const set = (column: string, metric: string): void => {
    const { [column]: _before, ...others } = map.metrics;
    onChange({ ...map, metrics: metric === '' ? others : { ...others, [column]: metric } });
  };
  return (
    <div>
      <span class="field-label">
        {words.metrics} · {words.leaveOut}
      </span>
      <ul class="metric-columns">
        {columns.map((column, index) =>
          isTaken(column) ? null : (
            <li key={column}>
              <span class="clip" title={column}>
                {column}
              </span>
              <input
                class="mono"
                maxLength={64}
                pattern="[A-Za-z0-9][A-Za-z0-9_.:\-]*"
                aria-label={words.metricOf(column)}
                value={map.metrics[column] ?? ''}
                onInput={(event) => set(column, event.currentTarget.value.trim())}
              />
              <span class="muted mono clip">
                {head
                  .slice(0, VALUES_SHOWN)
                  .map((cells) => cells[index] ?? '')
                  .join(', ')}
              </span>
            </li>
          ),
        )}
      </ul>
    </div>
  );
}
