// The head of the device screen: name, state, health, where it stands, and opening a job for it.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Device } from '../../../contracts/http/devices.ts';
import type { WorkOrder } from '../../../contracts/http/work-orders.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import type { LatestByMetric } from '../../charts/use-series.ts';
import { Icon } from '../../components/icon.tsx';
import { Presence, StatusShape } from '../../components/signs.tsx';
import { NOTHING } from '../../format/format.ts';
import { idempotencyKey } from '../../state/idempotency-key.ts';
import { useScope } from '../../state/use-scope.ts';
import { contractTypeName } from '../contract-type.ts';
import { FormMessage } from '../../components/form-message.tsx';

interface HeaderProps {
  device: Device;
  latest: LatestByMetric;
  product: Product | null;
}

export function DeviceHeader({ device, latest, product }: HeaderProps): VNode {
  const { session, nowMs } = useApp();
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  // A device may know modes of its own; those are shown as it says them.
  const modes: Readonly<Record<string, string>> = words.device.mode;
  const mode = product?.modeMetric === undefined ? undefined : latest.value.get(product.modeMetric);
  return (
    <header class="device-head section">
      <div class="device-title">
        <a class="button quiet" href={href('/fleet')} aria-label={words.frame.nav.fleet}>
          <Icon name="left" />
        </a>
        <div class="clip">
          <h1>{device.id}</h1>
          <p class="muted clip">
            {format.text(device.product.name)} · {format.text(device.customer.name)} · {format.text(device.region.name)}
          </p>
        </div>
      </div>
      <dl class="head-facts">
        <div>
          <dt>{words.device.health}</dt>
          <dd class={`head-health status-${device.status}`}>
            <StatusShape status={device.status} size={14} />
            <strong>{device.health ?? NOTHING}</strong> {words.terms.status[device.status]}
          </dd>
        </div>
        <div>
          <dt>{words.device.field.presence}</dt>
          <dd>
            <Presence presence={device.presence} />
          </dd>
        </div>
        {mode?.label !== undefined && (
          <div>
            <dt>{words.device.field.mode}</dt>
            <dd>{modes[mode.label] ?? mode.label}</dd>
          </div>
        )}
        <div>
          <dt>{words.device.field.contract}</dt>
          <dd>{device.contract === null ? NOTHING : contractTypeName(words, device.contract.type)}</dd>
        </div>
        <div>
          <dt>{words.device.field.heard}</dt>
          <dd>{device.heardAt === null ? NOTHING : format.ago(device.heardAt, nowMs.value)}</dd>
        </div>
        <div>
          <dt>{words.device.field.assessed}</dt>
          <dd>{device.healthAt === null ? NOTHING : format.ago(device.healthAt, nowMs.value)}</dd>
        </div>
      </dl>
      {session.can('work-orders:write') && <OpenJobButton device={device} />}
    </header>
  );
}

function OpenJobButton({ device }: { device: Device }): VNode {
  const { api, workOrders } = useApp();
  const words = useWords().device;
  const { go } = useScope();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const openJob = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const job = await api.post<WorkOrder>(
        '/work-orders',
        { device: device.id, kind: 'corrective' },
        idempotencyKey(),
      );
      workOrders.patch(job);
      go(`/work-orders/${job.id}`);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <div class="head-action">
      <button type="button" class="button" disabled={isBusy} onClick={() => void openJob()}>
        <Icon name="plus" /> {isBusy ? words.openingJob : words.newJob}
      </button>
      <FormMessage text={problem} />
    </div>
  );
}
