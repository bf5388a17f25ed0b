// The device's record: where it stands, under which contract, its identifiers.
import type { VNode } from 'preact';
import type { Device } from '../../../contracts/http/devices.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Presence } from '../../components/signs.tsx';
import { NOTHING } from '../../format/format.ts';
import { contractTypeName } from '../contract-type.ts';

export function DeviceFacts({ device }: { device: Device }): VNode {
  const { nowMs } = useApp();
  const words = useWords();
  const format = useFormat();
  const { field } = words.device;
  const { contract } = device;
  const facts: [string, VNode | string][] = [
    [field.presence, <Presence key="presence" presence={device.presence} />],
    [field.heard, device.heardAt === null ? NOTHING : format.ago(device.heardAt, nowMs.value)],
    [field.product, format.text(device.product.name)],
    [field.customer, format.text(device.customer.name)],
    [field.station, format.text(device.station.name)],
    [field.region, format.text(device.region.name)],
    [field.contract, contract === null ? NOTHING : `${contractTypeName(words, contract.type)} · ${contract.code}`],
    [field.serial, device.serial ?? NOTHING],
    [field.lot, device.lot ?? NOTHING],
    [field.udi, device.udiDi ?? NOTHING],
    [field.firmware, device.firmware ?? NOTHING],
    [field.installed, device.installedOn === null ? NOTHING : format.date(device.installedOn)],
    [field.lifecycle, words.terms.lifecycle[device.lifecycle]],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
