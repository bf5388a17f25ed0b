// The list on a phone: two lines a device, as few in the page as are near the visible part.
import type { VNode } from 'preact';
import type { Device } from '../../../contracts/http/devices.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { HealthBar } from '../../components/health-bar.tsx';
import { Icon } from '../../components/icon.tsx';
import { StatusShape } from '../../components/signs.tsx';
import { useChangeMark } from '../../state/use-change-mark.ts';
import { useRowWindow } from '../../state/use-row-window.ts';
import type { FleetItem } from './fleet-rows.ts';
import { ShareBar } from './status-strip.tsx';

const CARD_HEIGHT = 60;

interface CardsProps {
  items: readonly FleetItem[];
  hrefOf: (device: Device) => string;
}
export function FleetCards({ items, hrefOf }: CardsProps): VNode {
  const words = useWords().fleet;
  const format = useFormat();
  const { pane, first, last, heightBefore, heightAfter } = useRowWindow(items.length, CARD_HEIGHT);
  return (
    <div class="table-pane" ref={pane} role="region" aria-label={words.title}>
      <ul style={{ paddingTop: `${heightBefore}px`, paddingBottom: `${heightAfter}px` }}>
        {items.slice(first, last).map((item) =>
          item.kind === 'group' ? (
            <li key={`group ${item.group.code}`} class="card-group">
              <strong>{format.text(item.group.name)}</strong>
              <span class="muted">{format.integer(item.group.devices.length)}</span>
              <ShareBar devices={item.group.devices} />
            </li>
          ) : (
            <Card key={item.device.id} device={item.device} href={hrefOf(item.device)} />
          ),
        )}
      </ul>
    </div>
  );
}

function Card({ device, href }: { device: Device; href: string }): VNode {
  const words = useWords();
  const format = useFormat();
  const isMarked = useChangeMark(`${device.health}${device.status}${device.presence}${device.openAlerts}`);
  return (
    <li class={isMarked ? 'card is-marked' : 'card'}>
      <a href={href}>
        <span class="card-top">
          <StatusShape status={device.status} />
          <strong>{device.id}</strong>
          <span class={`status-${device.status}`}>{words.terms.status[device.status]}</span>
          <span class="grow" />
          {device.openAlerts > 0 && (
            <span class="tag is-bad">
              <Icon name="alerts" size={12} /> {device.openAlerts}
            </span>
          )}
          {device.openWorkOrders > 0 && (
            <span class="tag">
              <Icon name="jobs" size={12} /> {device.openWorkOrders}
            </span>
          )}
        </span>
        <span class="card-bottom">
          <span class="clip">
            {format.text(device.product.name)} · {format.text(device.customer.name)}
          </span>
          <HealthBar health={device.health} status={device.status} />
        </span>
      </a>
    </li>
  );
}
