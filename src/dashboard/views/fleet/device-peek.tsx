// A look at one device beside the list: how it is, which component is weakest and why, what is open.
import type { VNode } from 'preact';
import type { Device, Health } from '../../../contracts/http/devices.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { StatusSign } from '../../components/signs.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { useKeys } from '../../state/use-keys.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { ComponentList } from '../device/component-list.tsx';
import { DeviceFacts } from '../device/device-facts.tsx';
import { OpenWork } from '../device/open-work.tsx';

export function DevicePeek({ device, closeHref }: { device: Device; closeHref: string }): VNode {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const { href, go } = useScope();
  const health = useResource(`health ${device.id} ${device.health}`, (signal) =>
    api.get<Health>(`/devices/${device.id}/health`, {}, signal),
  );
  useKeys({ Enter: () => go(`/devices/${device.id}`) });
  return (
    <aside class="pane" aria-label={device.id}>
      <header class="pane-head">
        <div class="line">
          <StatusSign status={device.status} />
          <h2>{device.id}</h2>
          <span class="grow" />
          <a class="button" href={href(`/devices/${device.id}`)}>
            {words.fleet.openPage} <kbd>Enter</kbd>
          </a>
          <a class="button quiet" href={closeHref} aria-label={words.frame.action.close}>
            <Icon name="close" />
          </a>
        </div>
        <p class="muted clip">
          {format.text(device.product.name)} · {format.text(device.customer.name)}
        </p>
      </header>
      <div class="pane-part">
        <h3>{words.device.components}</h3>
        <Loaded resource={health}>
          {(value) => <ComponentList components={value.components} channels={value.channels} />}
        </Loaded>
      </div>
      <OpenWork deviceId={device.id} />
      <div class="pane-part">
        <h3>{words.device.facts}</h3>
        <DeviceFacts device={device} />
      </div>
    </aside>
  );
}
