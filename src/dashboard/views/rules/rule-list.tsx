// The rules as rows: what they are called, for which devices, what they say, and where they stand.
import type { VNode } from 'preact';
import type { Product } from '../../../contracts/product.ts';
import type { Rule } from '../../../contracts/rules.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { useScope } from '../../state/use-scope.ts';
import { conditionText } from './condition-words.ts';
import { RuleState } from './rule-state.tsx';

interface RuleListProps {
  rules: readonly Rule[];
  products: readonly Product[];
  chosen: number | null;
  kept: Readonly<Record<string, string | null>>;
}

export function RuleList({ rules, products, chosen, kept }: RuleListProps): VNode {
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  return (
    <ul class="rule-list">
      {rules.map((rule) => {
        const product = products.find(({ code }) => code === rule.product);
        const wording = { metrics: product?.metrics ?? [], words, format };
        return (
          <li key={rule.id}>
            <a
              class={rule.id === chosen ? 'rule-line is-chosen' : 'rule-line'}
              href={href(`/rules/${rule.id}`, kept)}
              aria-current={rule.id === chosen ? 'true' : undefined}
            >
              <span class="line">
                <strong class="clip">{format.text(rule.name)}</strong>
                <span class="grow" />
                <RuleState rule={rule} />
              </span>
              <span class="clip">{rule.off ? words.rules.switchedOff : conditionText(rule.condition, wording)}</span>
              <span class="muted clip">
                {product === undefined ? rule.product : format.text(product.name)} ·{' '}
                {rule.device ?? words.rules.allDevices} · {words.terms.severity[rule.severity]}
                {rule.overrides !== null && ` · ${words.rules.overrideOf(String(rule.overrides))}`}
                {rule.openEpisodes > 0 && ` · ${words.rules.openEpisodes(format.integer(rule.openEpisodes))}`}
                {rule.active && rule.draft !== null && ` · ${words.rules.newer(String(rule.draft))}`}
              </span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
