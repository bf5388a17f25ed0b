// Names that devices send and their product does not have, by product.
import type { VNode } from 'preact';
import type { Page } from '../../../contracts/http/page.ts';
import type { FleetUnknownMetric } from '../../../contracts/http/unknown-metrics.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { MoreRows } from '../../components/more-rows.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { usePages } from '../../state/use-pages.ts';
import { useScope } from '../../state/use-scope.ts';

const LIMIT = 100;

export function NamesTab(): VNode {
  const { api, nowMs } = useApp();
  const words = useWords().quality;
  const format = useFormat();
  const { href } = useScope();
  const names = usePages('unknown metrics', (cursor, signal) =>
    api.get<Page<FleetUnknownMetric>>('/unknown-metrics', { limit: LIMIT, cursor }, signal),
  );
  return (
    <section class="section">
      <header class="section-head wrap">
        <h2>{words.names}</h2>
        <span class="muted">{words.namesHint}</span>
      </header>
      <Loaded resource={names}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="check" title={words.namesEmpty} hint={words.namesEmptyHint} />
          ) : (
            <ul class="quality-list names-list">
              {items.map((one) => (
                <li key={`${one.product} ${one.metric}`}>
                  <strong class="mono clip">{one.metric}</strong>
                  <span class="clip">{one.product}</span>
                  <span class="tag is-warm">{words.problem[one.problem]}</span>
                  <span>
                    {format.integer(one.devices)} ·{' '}
                    <a class="link" href={href(`/devices/${one.exampleDevice}`)}>
                      {one.exampleDevice}
                    </a>
                  </span>
                  <span class="muted quality-when">{format.ago(one.firstAt, nowMs.value)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <MoreRows pages={names} />
    </section>
  );
}
