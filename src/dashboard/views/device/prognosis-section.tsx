// What is predicted for the device's components: of each the newest answer of every model, soonest trouble first, read again when
// its health or alerts change and every few minutes.
import type { VNode } from 'preact';
import type { Device, Prognosis } from '../../../contracts/http/devices.ts';
import type { Page } from '../../../contracts/http/page.ts';
import type { Product } from '../../../contracts/product.ts';
import { HOUR_MS } from '../../../contracts/time.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Loaded } from '../../components/state-views.tsx';
import { useResource } from '../../state/use-resource.ts';
import { PrognosisEntry } from './prognosis-entry.tsx';

/** Models answer on a grid of hours, so nothing is missed in the meantime. */
const REREAD_MS = HOUR_MS / 12;

interface SectionProps {
  device: Device;
  product: Product | null;
}

export function PrognosisSection({ device, product }: SectionProps): VNode {
  const { api, nowMs } = useApp();
  const words = useWords().device.prognosis;
  const { id, health, openAlerts } = device;
  const prognoses = useResource(
    `prognoses ${JSON.stringify([id, health, openAlerts, Math.floor(nowMs.value / REREAD_MS)])}`,
    (signal) => api.get<Page<Prognosis>>(`/devices/${id}/prognoses`, { latest: true }, signal),
    true,
  );
  return (
    <div class="pane-part">
      <h3>{words.title}</h3>
      <Loaded resource={prognoses}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="muted">
              {words.none}. {words.noneHint}
            </p>
          ) : (
            <ul class="prognoses">
              {inOrder(items).map((one) => (
                <PrognosisEntry key={one.id} prognosis={one} product={product} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  );
}

/** By component, the one most likely to fail first; within it the newest answer first. */
function inOrder(items: readonly Prognosis[]): Prognosis[] {
  const worst = new Map<string, number>();
  for (const { component, probability } of items) {
    worst.set(component, Math.max(worst.get(component) ?? 0, probability.value));
  }
  const rank = ({ component }: Prognosis): number => worst.get(component) ?? 0;
  return items.toSorted(
    (a, b) =>
      rank(b) - rank(a) || a.component.localeCompare(b.component) || Date.parse(b.madeAt) - Date.parse(a.madeAt),
  );
}
