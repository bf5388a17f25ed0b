// The same data as the chart, as a table, newest first.
import type { VNode } from 'preact';
import type { Series } from '../../contracts/http/devices.ts';
import { useFormat, useWords } from '../app-context.ts';
import { withUnit } from '../format/units.ts';
import { useRowWindow } from '../state/use-row-window.ts';

const ROW_HEIGHT = 30;

export function SeriesTable({ series }: { series: Series }): VNode {
  const words = useWords().device.chart;
  const format = useFormat();
  const count = series.at.length;
  const { pane, first, last, heightBefore, heightAfter } = useRowWindow(count, ROW_HEIGHT);
  const isRaw = series.bucketMs === 0;
  const text = (value: number | undefined): string =>
    value === undefined ? '' : withUnit(format.measure(value), series.unit);
  const columns = isRaw ? 2 : 4;
  return (
    <div class="series-table" ref={pane} tabIndex={0} role="region" aria-label={words.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.time}</th>
            <th scope="col" class="number">
              {isRaw ? words.value : words.mean}
            </th>
            {!isRaw && (
              <>
                <th scope="col" class="number">
                  {words.min}
                </th>
                <th scope="col" class="number">
                  {words.max}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {heightBefore > 0 && (
            <tr aria-hidden="true" class="spacer">
              <td colSpan={columns} style={{ height: `${heightBefore}px` }} />
            </tr>
          )}
          {Array.from({ length: last - first }, (_, offset) => {
            const index = count - 1 - (first + offset);
            return (
              <tr key={series.at[index]}>
                <td>
                  {format.date(series.at[index] ?? 0)} {format.seconds(series.at[index] ?? 0)}
                </td>
                <td class="number">{text(series.mean[index])}</td>
                {!isRaw && (
                  <>
                    <td class="number">{text(series.min[index])}</td>
                    <td class="number">{text(series.max[index])}</td>
                  </>
                )}
              </tr>
            );
          })}
          {heightAfter > 0 && (
            <tr aria-hidden="true" class="spacer">
              <td colSpan={columns} style={{ height: `${heightAfter}px` }} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
