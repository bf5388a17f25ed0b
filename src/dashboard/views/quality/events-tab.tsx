// What is wrong with data now: counted by kind, and listed with what speaks for it.
import type { VNode } from 'preact';
import type { Page } from '../../../contracts/http/page.ts';
import type { QualityEvent, QualitySummary } from '../../../contracts/http/quality.ts';
import { QUALITY_KINDS } from '../../../contracts/quality.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { usePages } from '../../state/use-pages.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { QualitySign } from './quality-sign.tsx';
import { evidenceText, lastedMs } from './quality-words.ts';
import { SwapNotices } from './swap-notices.tsx';

const LIMIT = 100;
/** Devices change live when an episode opens or ends; the list is read again at most this often. */
const REREAD_MS = 10_000;

export function EventsTab(): VNode {
  const { api, nowMs, devices } = useApp();
  const words = useWords().quality;
  const { filter, query, setQuery } = useScope();
  const kind = QUALITY_KINDS.find((one) => one === query['kind']) ?? null;
  const isOpenOnly = query['show'] !== 'all';
  const openEpisodes = [...devices.byId.value.values()].reduce((sum, one) => sum + one.openQuality, 0);
  const round = `${openEpisodes} ${Math.floor(nowMs.value / REREAD_MS / 3)}`;
  const summary = useResource(
    `quality summary ${round}`,
    (signal) => api.get<QualitySummary>('/quality/summary', {}, signal),
    true,
  );
  const asked = { kind, open: isOpenOnly ? true : null, region: filter.region, customer: filter.customer };
  const events = usePages(
    `quality ${JSON.stringify(asked)} ${round}`,
    (cursor, signal) => api.get<Page<QualityEvent>>('/quality/events', { ...asked, limit: LIMIT, cursor }, signal),
    true,
  );
  return (
    <>
      {summary.value !== null && <Tiles summary={summary.value} />}
      <SwapNotices />
      <section class="section">
        <header class="section-head quality-head">
          <h2>{words.tabs.events}</h2>
          <span class="grow" />
          <Select
            label={words.kindLabel}
            value={kind ?? ''}
            options={[
              { value: '', text: words.anyKind },
              ...QUALITY_KINDS.map((value) => ({ value, text: words.kind[value] })),
            ]}
            onChange={(value) => setQuery({ kind: value === '' ? null : value })}
          />
          <Segmented
            label={words.show.label}
            value={isOpenOnly ? 'open' : 'all'}
            options={[
              { value: 'open', text: words.show.open },
              { value: 'all', text: words.show.all },
            ]}
            onChange={(value) => setQuery({ show: value === 'all' ? 'all' : null })}
          />
        </header>
        <Loaded resource={events}>
          {(items) =>
            items.length === 0 ? (
              <Empty icon="check" title={words.empty} hint={words.emptyHint} />
            ) : (
              <ul class="quality-list">
                {items.map((event) => (
                  <EventLine key={event.id} event={event} />
                ))}
              </ul>
            )
          }
        </Loaded>
        <MoreRows pages={events} />
      </section>
    </>
  );
}

function Tiles({ summary }: { summary: QualitySummary }): VNode {
  const words = useWords().quality;
  const format = useFormat();
  const { setQuery, query } = useScope();
  const open = new Map(summary.open.map((one) => [one.kind, one]));
  return (
    <ul class="quality-tiles">
      <li>
        <span class="figure-name">{words.silent}</span>
        <strong class={summary.silent === 0 ? '' : 'is-bad'}>{format.integer(summary.silent)}</strong>
        <span class="muted">{words.silentOf(format.integer(summary.devices))}</span>
      </li>
      {QUALITY_KINDS.filter((kind) => kind !== 'gap' && kind !== 'clock-step').map((kind) => (
        <li key={kind}>
          <button
            type="button"
            aria-pressed={query['kind'] === kind}
            onClick={() => setQuery({ kind: query['kind'] === kind ? null : kind })}
          >
            <span class="figure-name">{words.kind[kind]}</span>
            <strong>{format.integer(open.get(kind)?.episodes ?? 0)}</strong>
            <span class="muted">
              {open.has(kind) ? words.openKind(format.integer(open.get(kind)?.devices ?? 0)) : words.none}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function EventLine({ event }: { event: QualityEvent }): VNode {
  const { nowMs } = useApp();
  const words = useWords().quality;
  const format = useFormat();
  const { href } = useScope();
  const lasted = format.span(lastedMs(event, nowMs.value));
  const metric = event.metric === null ? {} : { metric: event.metric.code };
  return (
    <li>
      <QualitySign kind={event.kind} isOpen={event.closedAt === null} />
      <span class="clip quality-device">
        <a class="link" href={href(`/devices/${event.device}`, metric)}>
          {event.device}
        </a>
        <span class="muted clip">{format.text(event.customer.name)}</span>
      </span>
      <span class="clip">{event.metric === null ? words.wholeDevice : format.text(event.metric.name)}</span>
      <span class="clip quality-evidence">{evidenceText(event, words, format)}</span>
      <span class="muted quality-when">
        {format.dateTime(event.openedAt)} · {lasted}
        {event.closedAt === null && ` · ${words.stillOpen}`}
      </span>
    </li>
  );
}
