// Payloads in quarantine: filtered and counted beside the one that is looked at; many let in or discarded at once.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Page } from '../../../contracts/http/page.ts';
import { QUARANTINE_STATES, type Quarantined, type QuarantineSummary } from '../../../contracts/http/quarantine.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { useMedia } from '../../state/use-media.ts';
import { usePages } from '../../state/use-pages.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { BulkActions } from './bulk-actions.tsx';
import { DayBars } from './day-bars.tsx';
import { QuarantineDetail } from './quarantine-detail.tsx';
import { useReasonName } from './use-reason-name.ts';

const LIMIT = 100;
const WIDE = '(min-width: 1000px)';

export function QuarantineTab(): VNode {
  const { api } = useApp();
  const words = useWords().quarantine;
  const reasonName = useReasonName();
  const { query, setQuery } = useScope();
  const isWide = useMedia(WIDE);
  const [round, setRound] = useState(0);
  const state = QUARANTINE_STATES.find((one) => one === query['state']) ?? (query['state'] === 'any' ? null : 'held');
  const filter = { state, reason: query['reason'] ?? null, device: query['device'] ?? null };
  const chosenId = query['entry'] === undefined ? null : Number(query['entry']);
  const key = `${JSON.stringify(filter)} ${round}`;
  const held = usePages(
    `quarantine ${key}`,
    (cursor, signal) => api.get<Page<Quarantined>>('/quarantine', { ...filter, limit: LIMIT, cursor }, signal),
    true,
  );
  const summary = useResource(
    `quarantine summary ${key}`,
    (signal) => api.get<QuarantineSummary>('/quarantine/summary', { ...filter, reason: null }, signal),
    true,
  );
  const reload = (): void => setRound(round + 1);
  const isListShown = isWide || chosenId === null;
  return (
    <>
      <p class="muted">{words.hint}</p>
      <div class="quarantine-filters">
        <Select
          label={words.state[state ?? 'held']}
          value={state ?? 'any'}
          options={[
            ...QUARANTINE_STATES.map((value) => ({ value: value as string, text: words.state[value] })),
            { value: 'any', text: words.anyState },
          ]}
          onChange={(value) => setQuery({ state: value === 'held' ? null : value, entry: null })}
        />
        <Select
          label={words.reason}
          value={filter.reason ?? ''}
          options={[
            { value: '', text: words.anyReason },
            ...reasonsOf(summary.value, filter.reason).map(({ reason, entries }) => ({
              value: reason,
              text: entries === null ? reasonName(reason) : `${reasonName(reason)} · ${entries}`,
            })),
          ]}
          onChange={(value) => setQuery({ reason: value === '' ? null : value, entry: null })}
        />
        {filter.device !== null && (
          <button type="button" class="button quiet is-on" onClick={() => setQuery({ device: null, entry: null })}>
            {filter.device} ×
          </button>
        )}
        <span class="grow" />
        {summary.value !== null && <BulkActions filter={filter} summary={summary.value} onDone={reload} />}
      </div>
      {summary.value !== null && <DayBars days={summary.value.byDay} />}
      {summary.value !== null && <Trimmed summary={summary.value} />}
      <div class={isWide ? 'quarantine-split' : ''}>
        {isListShown && (
          <section class="section">
            <Loaded resource={held}>
              {(items) =>
                items.length === 0 ? (
                  <Empty
                    icon="check"
                    title={filter.reason === null && filter.device === null ? words.empty : words.noMatch}
                    hint={words.emptyHint}
                  />
                ) : (
                  <ul class="quarantine-list">
                    {items.map((one) => (
                      <QuarantineLine key={one.id} payload={one} isChosen={one.id === chosenId} />
                    ))}
                  </ul>
                )
              }
            </Loaded>
            <MoreRows pages={held} />
          </section>
        )}
        {chosenId !== null ? (
          <QuarantineDetail key={chosenId} id={chosenId} onChanged={reload} canClose={!isWide} />
        ) : (
          isWide && (
            <section class="section">
              <Empty icon="info" title={words.choose} hint={words.chooseHint} />
            </section>
          )
        )}
      </div>
    </>
  );
}

/** The chosen reason stays in the choice though nothing of it is left. */
function reasonsOf(
  summary: QuarantineSummary | null,
  chosen: string | null,
): { reason: string; entries: number | null }[] {
  const known = summary?.byReason ?? [];
  const isMissing = chosen !== null && !known.some(({ reason }) => reason === chosen);
  return isMissing ? [...known, { reason: chosen, entries: null }] : [...known];
}

function QuarantineLine({ payload, isChosen }: { payload: Quarantined; isChosen: boolean }): VNode {
  const { nowMs } = useApp();
  const words = useWords().quarantine;
  const format = useFormat();
  const reasonName = useReasonName();
  const { href, query } = useScope();
  const kept = { ...query, entry: String(payload.id) } as Record<string, string>;
  return (
    <li class={isChosen ? 'is-chosen' : ''}>
      <a href={href('/quality', kept)} aria-current={isChosen ? 'true' : undefined}>
        <span class="line">
          <strong class="clip">{reasonName(payload.reason)}</strong>
          <span class="grow" />
          <span class={payload.state === 'held' ? 'tag is-warm' : 'tag'}>{words.state[payload.state]}</span>
        </span>
        <span class="line muted">
          <span class="clip">{payload.device}</span>
          <span class="grow" />
          <span class="nowrap">
            {payload.seen > 1 && `${words.seen(format.integer(payload.seen))} · `}
            {format.ago(payload.receivedAt, nowMs.value)}
          </span>
        </span>
        <code class="mono clip">{payload.preview.slice(0, 160)}</code>
      </a>
    </li>
  );
}

function Trimmed({ summary }: { summary: QuarantineSummary }): VNode | null {
  const words = useWords().quarantine;
  const format = useFormat();
  const entries = summary.trimmed.reduce((sum, one) => sum + one.entries, 0);
  return entries === 0 ? null : <p class="notice">{words.trimmed(format.integer(entries))}</p>;
}
