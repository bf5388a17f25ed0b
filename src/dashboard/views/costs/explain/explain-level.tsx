// One level of an explanation as a table: what the amount above is made of, each row leading one level further down.
import type { VNode } from 'preact';
import type { Explained, ExplainedNode } from '../../../../contracts/http/cost-explain.ts';
import { minorOf, type Money } from '../../../../contracts/money.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { useScope } from '../../../state/use-scope.ts';
import { nodeHint, nodeName } from './node-name.ts';

interface LevelProps {
  items: readonly ExplainedNode[];
  above: ExplainedNode | null;
  head: Explained;
}

/** Of amounts in one currency; `null` where it would say nothing. */
function shareOf(part: Money, whole: Money | undefined): number | null {
  const total = whole?.currency === part.currency ? minorOf(whole) : null;
  return total === null || total === 0n ? null : Number(minorOf(part) ?? 0n) / Number(total);
}

export function ExplainLevel({ items, above, head }: LevelProps): VNode {
  const words = useWords().explain;
  const total = head.sharedBy?.total?.quantity ?? null;
  const hasQuantity = items.some(({ receiver }) => receiver?.quantity != null);
  return (
    <table class="explain-level">
      <thead>
        <tr>
          <th scope="col">{words.part}</th>
          {hasQuantity && (
            <th scope="col" class="number">
              {words.driver}
            </th>
          )}
          <th scope="col" class="number">
            {words.share}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((node, index) => (
          <LevelRow key={node.path ?? `${node.kind} ${index}`} {...{ node, above, total, hasQuantity }} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  node: ExplainedNode;
  above: ExplainedNode | null;
  total: number | null;
  hasQuantity: boolean;
}

function LevelRow({ node, above, total, hasQuantity }: RowProps): VNode {
  const words = useWords();
  const format = useFormat();
  const { here } = useScope();
  const name = nodeName(node, words, format);
  const hint = nodeHint(node, words, format);
  const money = node.converted ?? node.amount;
  const share = shareOf(money, above?.amount);
  const quantity = node.receiver?.quantity ?? null;
  return (
    <tr>
      <th scope="row">
        <span class="explain-name">
          {node.element !== null && node.kind !== 'receiver' && <span class={`element-dot element-${node.element}`} />}
          {node.path === null ? (
            <span>{name}</span>
          ) : (
            <a class="link" href={here({ way: node.path })}>
              {name}
            </a>
          )}
          {node.fact?.reversalOf != null && <span class="tag is-warm">{words.explain.reversal}</span>}
        </span>
        {hint !== '' && <span class="muted explain-hint">{hint}</span>}
        {node.kind === 'currency' && (
          <span class="muted explain-hint">
            {node.converted === null ? words.explain.noRate : format.moneyExact(node.amount)}
          </span>
        )}
      </th>
      {hasQuantity && (
        <td class="number muted">
          {quantity === null
            ? ''
            : total === null
              ? format.measure(quantity)
              : words.explain.ofQuantity(format.measure(quantity), format.measure(total))}
        </td>
      )}
      <td class="number">
        <strong>{format.moneyExact(money)}</strong>
        {share !== null && <span class="muted explain-hint">{format.shareOf(share)}</span>}
      </td>
    </tr>
  );
}
