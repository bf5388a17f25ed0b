// The dense list: only the rows near the visible part are in the page, so a thousand devices scroll like ten.
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import type { Device } from '../../../contracts/http/devices.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { useRowWindow } from '../../state/use-row-window.ts';
import { type FleetItem, type Group, meanHealth, type Sort, SORT_KEYS, type SortKey } from './fleet-rows.ts';
import { type Column, COLUMNS, NARROW_COLUMNS, NUMBER_COLUMNS } from './fleet-columns.ts';
import { DeviceRow } from './device-row.tsx';
import { ShareBar } from './status-strip.tsx';

const ROW_HEIGHT = 32;

interface TableProps {
  items: readonly FleetItem[];
  sort: Sort;
  isNarrow: boolean;
  chosenId: string | null;
  hrefOf: (device: Device) => string;
  onSort: (sort: Sort) => void;
}

export function FleetTable({ items, sort, isNarrow, chosenId, hrefOf, onSort }: TableProps): VNode {
  const words = useWords().fleet;
  const { route } = useLocation();
  const { pane, first, last, heightBefore, heightAfter } = useRowWindow(items.length, ROW_HEIGHT);
  const columns = isNarrow ? NARROW_COLUMNS : COLUMNS;
  return (
    <div class="table-pane" ref={pane} tabIndex={0} role="region" aria-label={words.title}>
      <table class="table-fixed fleet-table" aria-rowcount={items.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {heightBefore > 0 && <Spacer height={heightBefore} columns={columns.length} />}
          {items
            .slice(first, last)
            .map((item, index) =>
              item.kind === 'group' ? (
                <GroupRow key={`group ${item.group.code}`} group={item.group} columns={columns.length} />
              ) : (
                <DeviceRow
                  key={item.device.id}
                  device={item.device}
                  columns={columns}
                  rowIndex={first + index + 2}
                  isChosen={item.device.id === chosenId}
                  href={hrefOf(item.device)}
                  onOpen={() => route(hrefOf(item.device))}
                />
              ),
            )}
          {heightAfter > 0 && <Spacer height={heightAfter} columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

const Spacer = ({ height, columns }: { height: number; columns: number }): VNode => (
  <tr aria-hidden="true" class="spacer">
    <td colSpan={columns} style={{ height: `${height}px` }} />
  </tr>
);

interface HeadProps {
  column: Column;
  sort: Sort;
  onSort: (sort: Sort) => void;
}
function Head({ column, sort, onSort }: HeadProps): VNode {
  const words = useWords().fleet.column;
  const key = SORT_KEYS.find((one): one is SortKey => one === column);
  const className = `column-${column}${NUMBER_COLUMNS.includes(column) ? ' number' : ''}`;
  if (!key) {
    return (
      <th scope="col" class={className}>
        {words[column]}
      </th>
    );
  }
  const isSorted = sort.key === key;
  return (
    <th
      scope="col"
      class={className}
      aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" class="sort" onClick={() => onSort({ key, isDescending: isSorted && !sort.isDescending })}>
        {words[column]}
        {isSorted && (
          <span class={sort.isDescending ? 'sort-arrow is-up' : 'sort-arrow'}>
            <Icon name="down" size={12} />
          </span>
        )}
      </button>
    </th>
  );
}

function GroupRow({ group, columns }: { group: Group; columns: number }): VNode {
  const words = useWords().fleet;
  const format = useFormat();
  const mean = meanHealth(group.devices);
  return (
    <tr class="group">
      <th scope="colgroup" colSpan={columns}>
        <span class="group-inner">
          {format.text(group.name)}
          <span class="muted">{format.integer(group.devices.length)}</span>
          <ShareBar devices={group.devices} />
          {mean !== null && <span class="muted">{words.average(String(mean))}</span>}
        </span>
      </th>
    </tr>
  );
}
