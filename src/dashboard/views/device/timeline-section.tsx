// The device's story with a choice of what it tells, further back as far as one asks.
import type { VNode } from 'preact';
import type { Device, TimelineEntry, TimelineKind } from '../../../contracts/http/devices.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { useApp, useWords } from '../../app-context.ts';
import { MoreRows } from '../../components/more-rows.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { usePages } from '../../state/use-pages.ts';
import { useScope } from '../../state/use-scope.ts';
import { Timeline } from './timeline.tsx';

const LENGTH = 40;

const TOLD: Readonly<Record<'all' | 'service' | 'device' | 'data', readonly TimelineKind[] | null>> = {
  all: null,
  service: ['alert', 'work-order', 'baseline'],
  device: ['device-event', 'command', 'firmware', 'presence'],
  data: ['quality', 'quarantine'],
};
type Told = keyof typeof TOLD;

export function TimelineSection({ device }: { device: Device }): VNode {
  const { api } = useApp();
  const words = useWords().device;
  const { query, setQuery } = useScope();
  const told = (Object.keys(TOLD) as Told[]).find((one) => one === query['story']) ?? 'all';
  const kinds = TOLD[told]?.join(',') ?? null;
  const { id, openAlerts, openWorkOrders, openQuality, presence, firmware } = device;
  const pages = usePages(
    `timeline ${JSON.stringify([id, told, openAlerts, openWorkOrders, openQuality, presence, firmware])}`,
    (before, signal) =>
      api.get<Page<TimelineEntry>>(`/devices/${id}/timeline`, { kinds, before, limit: LENGTH }, signal),
    true,
  );
  return (
    <section class="section">
      <header class="section-head wrap">
        <h2>{words.timeline}</h2>
        <span class="grow" />
        <Segmented
          label={words.timeline}
          value={told}
          options={(Object.keys(TOLD) as Told[]).map((value) => ({ value, text: words.story[value] }))}
          onChange={(value) => setQuery({ story: value === 'all' ? null : value })}
        />
      </header>
      <Loaded resource={pages}>{(entries) => <Timeline entries={entries} />}</Loaded>
      <MoreRows pages={pages} />
    </section>
  );
}
