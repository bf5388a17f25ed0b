// How complete the data of each device was on each of the last days, the least complete first.
import type { VNode } from 'preact';
import type { Page } from '../../../contracts/http/page.ts';
import type { DeviceCompleteness } from '../../../contracts/http/quality.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { MoreRows } from '../../components/more-rows.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { NOTHING } from '../../format/format.ts';
import { usePages } from '../../state/use-pages.ts';
import { useScope } from '../../state/use-scope.ts';
import { CompletenessStrip, levelOf, meanShare } from './completeness-strip.tsx';

const LIMIT = 100;

export function CompletenessTab(): VNode {
  const { api } = useApp();
  const words = useWords().quality;
  const format = useFormat();
  const { filter, href } = useScope();
  const asked = { region: filter.region, customer: filter.customer, limit: LIMIT };
  const pages = usePages(`completeness ${JSON.stringify(asked)}`, (cursor, signal) =>
    api.get<Page<DeviceCompleteness>>('/quality/completeness', { ...asked, cursor }, signal),
  );
  const worstFirst = (items: readonly DeviceCompleteness[]): DeviceCompleteness[] =>
    [...items].sort((a, b) => (meanShare(a.days) ?? 2) - (meanShare(b.days) ?? 2));
  return (
    <section class="section">
      <header class="section-head wrap">
        <h2>{words.completeness}</h2>
        <span class="muted">{words.completenessHint}</span>
      </header>
      <Loaded resource={pages}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="fleet" title={words.noDevices} />
          ) : (
            <ul class="completeness-list">
              {worstFirst(items).map((one) => {
                const mean = meanShare(one.days);
                return (
                  <li key={one.device}>
                    <span class="clip quality-device">
                      <a class="link" href={href(`/devices/${one.device}`)}>
                        {one.device}
                      </a>
                      <span class="muted clip">
                        {format.text(one.product.name)} · {format.text(one.customer.name)}
                      </span>
                    </span>
                    <strong class={`number level-${levelOf(mean)}`}>
                      {mean === null ? NOTHING : format.percent1(mean)}
                    </strong>
                    <CompletenessStrip days={one.days} label={`${one.device}, ${words.completeness}`} />
                  </li>
                );
              })}
            </ul>
          )
        }
      </Loaded>
      <MoreRows pages={pages} />
    </section>
  );
}
