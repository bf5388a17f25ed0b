// A flow of shared cost as the picture draws it: names, colours, widths. Credits have no width and are left to the table.
import type { CostElement } from '../../../../contracts/costs.ts';
import type { CostFlow, FlowNode } from '../../../../contracts/http/cost-flow.ts';
import { minorOf } from '../../../../contracts/money.ts';
import type { FlowChartLink, FlowChartNode } from '../../../charts/flow-chart.tsx';
import type { Format } from '../../../format/format.ts';
import type { Words } from '../../../i18n/words.ts';

const COLOURS: Readonly<Record<Exclude<FlowNode['kind'], 'element'>, string>> = {
  pool: 'accent',
  carrier: 'preventive',
  nobody: 'watch-fill',
  unused: 'watch-fill',
  waiting: 'ink-3',
};

export interface FlowDrawing {
  nodes: FlowChartNode[];
  links: FlowChartLink[];
  hasCredits: boolean;
}

/** Elements by the word every other screen has for them. */
export function flowNodeName({ kind, code, label, rest }: FlowNode, { terms, flow }: Words, format: Format): string {
  if (kind === 'element') return terms.element[code as CostElement];
  return rest > 0 ? flow.rest(format.text(label), format.integer(rest)) : format.text(label);
}

export function flowDrawing(flow: CostFlow, words: Words, format: Format): FlowDrawing {
  const widths = flow.links.map((link) => ({ ...link, width: Number(minorOf(link.amount) ?? 0n) }));
  const drawn = widths.filter(({ width }) => width > 0);
  const nameOf = (node: FlowNode): string => flowNodeName(node, words, format);
  const names = new Map(flow.nodes.map((node) => [node.id, nameOf(node)]));
  const met = new Set(drawn.flatMap(({ from, to }) => [from, to]));
  return {
    nodes: flow.nodes
      .filter(({ id }) => met.has(id))
      .map((node) => ({
        id: node.id,
        name: nameOf(node),
        text: words.flow.node(nameOf(node), format.moneyExact(node.amount)),
        colour: node.kind === 'element' ? `element-${node.code}` : COLOURS[node.kind],
      })),
    links: drawn.map(({ from, to, width, amount }) => ({
      from,
      to,
      width,
      text: words.flow.node(`${names.get(from)} → ${names.get(to)}`, format.moneyExact(amount)),
    })),
    hasCredits: drawn.length < widths.length,
  };
}
