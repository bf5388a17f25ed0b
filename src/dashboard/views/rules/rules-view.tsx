// Alarm rules: the list, and beside it one rule, or the form that writes one.
import type { VNode } from 'preact';
import type { Page } from '../../../contracts/http/page.ts';
import type { Product } from '../../../contracts/product.ts';
import type { Rule } from '../../../contracts/rules.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { useIsWide } from '../../state/use-media.ts';
import { usePages } from '../../state/use-pages.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { RuleEditor } from './rule-editor.tsx';
import { RuleList } from './rule-list.tsx';
import { RulePane } from './rule-pane.tsx';

const SHOWN = ['all', 'active', 'draft'] as const;
type Shown = (typeof SHOWN)[number];
const LIMIT = 200;
const NEW = 'new';

export function RulesView({ id }: { id?: string }): VNode {
  const { api, session, rulesVersion } = useApp();
  const words = useWords().rules;
  const { query, href, go } = useScope();
  const isWide = useIsWide();
  const shown: Shown = SHOWN.find((one) => one === query['show']) ?? 'all';
  const kept = { show: shown === 'all' ? null : shown };
  const rules = usePages(
    `rules ${rulesVersion.value}`,
    (cursor, signal) => api.get<Page<Rule>>('/rules', { limit: LIMIT, cursor }, signal),
    true,
  );
  const products = useResource(
    'products',
    (signal) => api.get<Page<Product>>('/products', { limit: 500 }, signal),
    true,
  );
  const known = products.value?.items ?? [];
  const chosen = id !== undefined && /^\d+$/.test(id) ? Number(id) : null;
  const isListShown = isWide || id === undefined;
  const overridden = rules.value?.find((rule) => String(rule.id) === query['overrides']) ?? null;
  const saved = (rule: Rule): void => {
    rules.reload();
    go(`/rules/${rule.id}`, kept);
  };
  return (
    <div class="view fills">
      <div class="view-head">
        <h1>{words.title}</h1>
        <span class="muted">{words.hint}</span>
        <span class="grow" />
        {isListShown && (
          <Segmented
            label={words.show.label}
            value={shown}
            options={SHOWN.map((value) => ({ value, text: words.show[value] }))}
            onChange={(value) => go('/rules', { show: value === 'all' ? null : value })}
          />
        )}
        {session.can('rules:write') && id !== NEW && (
          <a class="button primary" href={href(`/rules/${NEW}`, kept)}>
            <Icon name="plus" /> {words.add}
          </a>
        )}
      </div>
      <div class={isWide ? 'split rules-split' : 'split'}>
        {isListShown && (
          <div class="pane">
            <Loaded resource={rules}>
              {(items) => {
                const list = items.filter((rule) => isShown(rule, shown));
                return list.length === 0 ? (
                  <Empty icon="rules" title={words.empty} hint={words.emptyHint} />
                ) : (
                  <RuleList rules={list} products={known} chosen={chosen} kept={kept} />
                );
              }}
            </Loaded>
            <MoreRows pages={rules} />
          </div>
        )}
        {id === NEW && products.value !== null && rules.value !== null && (
          <RuleEditor
            key={query['overrides'] ?? NEW}
            products={known}
            overridden={overridden}
            onSaved={saved}
            onCancel={() => go('/rules', kept)}
          />
        )}
        {chosen !== null && (
          <RulePane
            key={chosen}
            id={chosen}
            products={known}
            onChanged={rules.reload}
            closeHref={isWide ? null : href('/rules', kept)}
          />
        )}
        {id === undefined && isWide && (
          <div class="pane">
            <Empty icon="rules" title={words.choose} hint={words.chooseHint} />
          </div>
        )}
      </div>
    </div>
  );
}

function isShown(rule: Rule, shown: Shown): boolean {
  if (shown === 'all') return true;
  return shown === 'active' ? rule.active : rule.draft !== null;
}
