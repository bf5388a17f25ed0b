// The wall: every device as one cell, gathered by region, customer or product; what is wrong stands out at a glance.
import type { VNode } from 'preact';
import type { Device } from '../../../contracts/http/devices.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { StatusShape } from '../../components/signs.tsx';
import { useChangeMark } from '../../state/use-change-mark.ts';
import { type Group, groupDevices, type Grouping, meanHealth } from './fleet-rows.ts';
import { ShareBar } from './status-strip.tsx';

interface WallProps {
  devices: readonly Device[];
  grouping: Grouping;
  chosenId: string | null;
  hrefOf: (device: Device) => string;
}

export function FleetWall({ devices, grouping, chosenId, hrefOf }: WallProps): VNode {
  const words = useWords().fleet;
  const groups = groupDevices(devices, grouping === 'none' ? 'region' : grouping);
  return (
    <div class="wall" tabIndex={0} role="region" aria-label={words.view.wall}>
      {groups.map((group) => (
        <WallGroup key={group.code} group={group} chosenId={chosenId} hrefOf={hrefOf} />
      ))}
    </div>
  );
}

interface GroupProps {
  group: Group;
  chosenId: string | null;
  hrefOf: (device: Device) => string;
}
function WallGroup({ group, chosenId, hrefOf }: GroupProps): VNode {
  const words = useWords().fleet;
  const format = useFormat();
  const mean = meanHealth(group.devices);
  return (
    <section class="section wall-group">
      <header class="section-head">
        <h2>{format.text(group.name)}</h2>
        <span class="muted">{format.integer(group.devices.length)}</span>
        <span class="grow" />
        {mean !== null && <span class="muted">{words.average(String(mean))}</span>}
      </header>
      <div class="section-body">
        <ShareBar devices={group.devices} />
        <ul class="wall-cells">
          {group.devices.map((device) => (
            <WallCell key={device.id} device={device} isChosen={device.id === chosenId} href={hrefOf(device)} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function WallCell({ device, isChosen, href }: { device: Device; isChosen: boolean; href: string }): VNode {
  const words = useWords();
  const format = useFormat();
  const isMarked = useChangeMark(`${device.health}${device.status}${device.openAlerts}`);
  const title = `${device.id} · ${words.terms.status[device.status]} ${device.health ?? ''} · ${format.text(device.customer.name)}`;
  return (
    <li>
      <a
        class={`wall-cell status-${device.status}${isMarked ? ' is-marked' : ''}`}
        aria-current={isChosen ? 'true' : undefined}
        href={href}
        title={title}
      >
        <StatusShape status={device.status} size={11} />
        <span class="wall-id">{device.id}</span>
      </a>
    </li>
  );
}
