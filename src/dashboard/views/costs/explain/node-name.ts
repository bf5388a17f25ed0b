// What a node of an explanation is called: the server's name, with the month, element and kind that tell it from its likes.
import type { ExplainedNode } from '../../../../contracts/http/cost-explain.ts';
import type { CostFact } from '../../../../contracts/http/costs.ts';
import type { Format } from '../../../format/format.ts';
import { withUnit } from '../../../format/units.ts';
import type { Words } from '../../../i18n/words.ts';

/** Unit of pieces, and of what has no quantity but its amount. */
const PIECES = '1';

function quantityOf({ quantity, unit }: Pick<CostFact, 'quantity' | 'unit'>, format: Format): string[] {
  if (unit !== PIECES) return [withUnit(format.measure(quantity), unit)];
  return Math.abs(quantity) === 1 ? [] : [format.factor(quantity)];
}

export function nodeName(node: ExplainedNode, words: Words, format: Format): string {
  const { kind, label, receiver, element, period, fact } = node;
  const name = format.text(label);
  if (kind === 'receiver' && receiver !== null)
    return `${words.explain.receiverKind[receiver.kind] ?? receiver.kind} ${receiver.code}`;
  if (kind === 'fact' && fact !== null)
    return `${words.explain.fact(String(fact.id))} · ${words.terms.element[fact.element]}`;
  if (kind === 'line' && element !== null)
    return [name, words.terms.element[element], ...(period === null ? [] : [format.period(period)])].join(' · ');
  return name;
}

/** What stands under the name. */
export function nodeHint({ kind, receiver, fact, whole }: ExplainedNode, words: Words, format: Format): string {
  const { explain } = words;
  if (fact !== null)
    return [
      format.date(fact.occurredOn),
      ...quantityOf(fact, format),
      ...(fact.workOrderId === null ? [] : [explain.job(String(fact.workOrderId))]),
      ...(fact.note === null ? [] : [fact.note]),
      ...(fact.reversalOf === null ? [] : [explain.reverses(String(fact.reversalOf))]),
      ...(fact.adjustmentOf === null ? [] : [explain.adjusts(format.period(fact.adjustmentOf))]),
      ...(whole === null ? [] : [explain.whole(format.moneyExact(whole))]),
    ].join(' · ');
  if (kind === 'receiver' && receiver !== null)
    return [receiver.device, receiver.customer].filter((one) => one !== null && one !== receiver.code).join(' · ');
  return whole === null ? '' : explain.whole(format.moneyExact(whole));
}
