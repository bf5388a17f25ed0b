// One device as a row of the list; marked for two seconds when it changes.
import type { VNode } from 'preact';
import { statusOf } from '../../../contracts/health.ts';
import type { Device } from '../../../contracts/http/devices.ts';
import type { Text } from '../../../contracts/text.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { HealthBar } from '../../components/health-bar.tsx';
import { Icon } from '../../components/icon.tsx';
import { Presence, StatusSign } from '../../components/signs.tsx';
import { NOTHING } from '../../format/format.ts';
import { useChangeMark } from '../../state/use-change-mark.ts';
import type { Column } from './fleet-columns.ts';

interface RowProps {
  device: Device;
  columns: readonly Column[];
  rowIndex: number;
  isChosen: boolean;
  href: string;
  onOpen: () => void;
}

export function DeviceRow({ device, columns, rowIndex, isChosen, href, onOpen }: RowProps): VNode {
  const isMarked = useChangeMark(
    `${device.health}${device.status}${device.presence}${device.openAlerts}${device.openQuality}`,
  );
  const open = (event: MouseEvent): void => {
    // A click on the link itself is the router's; everywhere else the row does the same.
    if (!(event.target instanceof Element && event.target.closest('a'))) onOpen();
  };
  return (
    <tr
      class={isMarked ? 'is-link is-marked' : 'is-link'}
      aria-rowindex={rowIndex}
      aria-selected={isChosen}
      onClick={open}
    >
      {columns.map((column) => (
        <Cell key={column} column={column} device={device} href={href} />
      ))}
    </tr>
  );
}

function Cell({ column, device, href }: { column: Column; device: Device; href: string }): VNode {
  const format = useFormat();
  const words = useWords();
  const { nowMs } = useApp();
  switch (column) {
    case 'status':
      return (
        <td>
          <StatusSign status={device.status} />
        </td>
      );
    case 'device':
      return (
        <td>
          <a class="row-link" href={href}>
            {device.id}
          </a>
        </td>
      );
    case 'product':
      return <td>{format.text(device.product.name)}</td>;
    case 'customer':
      return <td>{format.text(device.customer.name)}</td>;
    case 'region':
      return <td class="quiet">{format.text(device.region.name)}</td>;
    case 'health':
      return (
        <td>
          <HealthBar health={device.health} status={device.status} />
        </td>
      );
    case 'worst':
      return <td class="quiet">{worstText(device, format.text)}</td>;
    case 'alerts':
      return <td class="number">{countText(device.openAlerts)}</td>;
    case 'jobs':
      return <td class="number">{countText(device.openWorkOrders)}</td>;
    case 'presence':
      return (
        <td title={device.presenceAt === null ? undefined : words.device.since(format.dateTime(device.presenceAt))}>
          <Presence presence={device.presence} />
          <DataTrouble device={device} />
        </td>
      );
    case 'changed':
      return (
        <td class="number quiet" title={device.healthAt === null ? undefined : format.dateTime(device.healthAt)}>
          {device.healthAt === null ? NOTHING : format.ago(device.healthAt, nowMs.value)}
        </td>
      );
  }
}

/** At full health no component is the weak one; of a device nobody knows the health of, only what is known to be bad. */
function worstText({ health, worstComponent }: Device, text: (name: Text) => string): string {
  if (worstComponent === null || worstComponent.health === 100) return NOTHING;
  const isWell = statusOf(worstComponent.health) === 'healthy';
  return health === null && isWell ? NOTHING : `${text(worstComponent.name)} ${worstComponent.health}`;
}

const countText = (count: number): VNode =>
  count === 0 ? <span class="muted">{NOTHING}</span> : <strong>{count}</strong>;

/** Something is open about its data; the device's own page tells what. */
function DataTrouble({ device: { openQuality } }: { device: Device }): VNode | null {
  const words = useWords().fleet;
  const format = useFormat();
  if (openQuality === 0) return null;
  const text = words.openQuality(format.integer(openQuality));
  return (
    <span class="data-trouble" title={text}>
      <Icon name="quality" size={14} />
      <span class="only-readers">{text}</span>
    </span>
  );
}
