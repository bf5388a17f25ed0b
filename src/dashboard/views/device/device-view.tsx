// One device: how it is, what it measures, what is open and what happened to it.
import type { VNode } from 'preact';
import type { Health, TimelineEntry } from '../../../contracts/http/devices.ts';
import type { Page } from '../../../contracts/http/page.ts';
import type { Product } from '../../../contracts/product.ts';
import { DAY_MS } from '../../../contracts/time.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Empty, Loaded, Skeleton } from '../../components/state-views.tsx';
import { TrendLine } from '../../components/trend-line.tsx';
import { CommandsSection } from '../commands/commands-section.tsx';
import { useResource } from '../../state/use-resource.ts';
import { AccessSection } from './access-section.tsx';
import { ComponentList, trendOf } from './component-list.tsx';
import { DeviceFacts } from './device-facts.tsx';
import { DeviceQuality } from './device-quality.tsx';
import { DeviceHeader } from './device-header.tsx';
import { GaugeStandings } from './gauge-standings.tsx';
import { Measurements } from './measurements.tsx';
import { OpenWork } from './open-work.tsx';
import { PrognosisSection } from './prognosis-section.tsx';
import { Reported } from './reported.tsx';
import { TimelineSection } from './timeline-section.tsx';
import { useDeviceFeed } from './use-device-feed.ts';

/** What is marked on the time axis of the charts. */
const MARKED = 'alert,work-order,quality';
const MOST_MARKS = 100;
const TREND_MS = 90 * DAY_MS;

export function DeviceView({ id }: { id: string }): VNode {
  const { api, devices, session, nowMs } = useApp();
  const words = useWords();
  const { device, latest } = useDeviceFeed(id);
  const productCode = device?.product.code ?? null;
  const product = useResource(productCode === null ? null : `product ${productCode}`, (signal) =>
    api.get<Product>(`/products/${productCode}`, {}, signal),
  );
  const health = useResource(
    `health ${id} ${device?.health ?? ''} ${device?.openAlerts ?? ''}`,
    (signal) => api.get<Health>(`/devices/${id}/health`, {}, signal),
    true,
  );
  const marked = useResource(
    session.can('alerts:read')
      ? `marks ${id} ${device?.openAlerts ?? ''} ${device?.openWorkOrders ?? ''} ${device?.openQuality ?? ''}`
      : null,
    (signal) => api.get<Page<TimelineEntry>>(`/devices/${id}/timeline`, { kinds: MARKED, limit: MOST_MARKS }, signal),
    true,
  );
  if (device === null) {
    return devices.isLoaded.value ? (
      <Empty icon="fleet" title={words.device.notFound} hint={words.device.notFoundHint} />
    ) : (
      <Skeleton rows={16} />
    );
  }
  return (
    <div class="view">
      <DeviceHeader device={device} latest={latest} product={product.value} />
      <div class="device-columns">
        <div class="stack device-main">
          {session.can('telemetry:read') && (
            <Loaded
              resource={product}
              skeleton={
                <div class="section">
                  <Skeleton rows={12} />
                </div>
              }
            >
              {(value) => (
                <Measurements deviceId={id} product={value} latest={latest} events={marked.value?.items ?? []} />
              )}
            </Loaded>
          )}
          {session.can('telemetry:read') && <CommandsSection key={id} device={device} product={product.value} />}
          {session.can('alerts:read') && <TimelineSection device={device} />}
        </div>
        <aside class="section device-side">
          <div class="pane-part">
            <h3>{words.device.components}</h3>
            <Loaded resource={health}>
              {(value) => (
                <ComponentList
                  components={value.components}
                  channels={value.channels}
                  span={{ fromMs: nowMs.value - TREND_MS, toMs: nowMs.value }}
                />
              )}
            </Loaded>
          </div>
          {health.value !== null && health.value.channels.length > 0 && (
            <div class="pane-part">
              <h3>{words.device.standing.title}</h3>
              <GaugeStandings health={health.value} />
            </div>
          )}
          {health.value !== null && health.value.trend.length > 0 && (
            <div class="pane-part">
              <h3>{words.device.trend}</h3>
              <TrendLine
                points={trendOf(health.value)}
                fromMs={nowMs.value - TREND_MS}
                toMs={nowMs.value}
                label={words.device.trend}
              />
            </div>
          )}
          {session.can('alerts:read') && <PrognosisSection device={device} product={product.value} />}
          <OpenWork deviceId={id} />
          {session.can('telemetry:read') && <DeviceQuality device={device} />}
          <div class="pane-part">
            <h3>{words.device.facts}</h3>
            <DeviceFacts device={device} />
          </div>
          <Reported attributes={device.attributes} />
          {session.can('credentials:write') && <AccessSection deviceId={id} />}
        </aside>
      </div>
    </div>
  );
}
