// The top of the way down: a cell as the cube answers it, the currencies it was posted in, and what of it is direct, allocated
// carried by nobody yet, or of
// capacity nobody used.
import type { CostElement } from '../../contracts/costs.ts';
import type { ExplainedNode } from '../../contracts/http/cost-explain.ts';
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type { PageQuery } from '../../contracts/http/page.ts';
import { moneyOf } from '../../contracts/money.ts';
import type { Period } from '../../contracts/time.ts';
import { convertedMinor, rateOf } from '../core/conversion.ts';
import type { PeriodSpan } from '../core/cost-query.ts';
import { pathOf, type Step } from '../core/explain/steps.ts';
import { EXPLAIN_WORDS } from '../core/explain/words.ts';
import { ORIGINS, type Origin } from '../core/origins.ts';
import type { Cells } from '../cube/cells.ts';
import { exchangeRatesFor } from '../exchange-rates.ts';
import { labellerFor } from '../labels.ts';
import { directPlace } from './fact-places.ts';
import { carriedPlace, uncarriedPlace } from './line-places.ts';
import { type Asking, type Level, nodeOf, type Place, placeOf, type PoolCell } from './place.ts';

export interface CellQuestion {
  span: PeriodSpan;
  currency: string;
  /** By period, pool and element. */
  cells: readonly Cells[];
}

const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);
const amountOf = ({ rows }: Cells, origin: Origin): bigint => sumOf(rows.map(({ amounts }) => amounts[origin]));
const totalOf = (cells: Cells): bigint => sumOf(ORIGINS.map((origin) => amountOf(cells, origin)));

/** Pages of what is in memory, by place. */
function pageOfNodes(nodes: readonly ExplainedNode[], page: PageQuery): Level {
  const from = Number(keyOf(page, 'integer')?.[0] ?? 0);
  const rows = nodes.map((each, index) => ({ each, index })).slice(from);
  return pageOf(
    rows,
    limitOf(page),
    ({ index }) => [String(index + 1)],
    ({ each }) => each,
  );
}

type SharedOrigin = Exclude<Origin, 'direct'>;

interface Line extends PoolCell {
  minor: bigint;
}

function linesOf({ currency, rows }: Cells, origin: Origin): Line[] {
  const lines = rows.map(({ keys, amounts }) => ({
    period: keys['period'] ?? '',
    pool: keys['pool'] ?? '',
    element: keys['element'] as CostElement,
    currency,
    minor: amounts[origin],
  }));
  const name = ({ period, pool, element }: Line): string => `${period} ${pool} ${element}`;
  return lines
    .filter(({ minor }) => minor !== 0n)
    .sort((a, b) => (a.minor === b.minor ? (name(a) < name(b) ? -1 : 1) : a.minor > b.minor ? -1 : 1));
}

const stepOf = ({ period, pool, element }: Line): Step => ['line', period, pool, element];

/** Pools by period and element, largest first. */
function linesPlace(asking: Asking, node: ExplainedNode, cells: Cells, origin: SharedOrigin): Place {
  const path = node.path ?? '';
  const lines = linesOf(cells, origin);
  async function nodesOf(some: readonly Line[]): Promise<ExplainedNode[]> {
    const label = await labellerFor(
      asking.db,
      ['pool'],
      some.map(({ pool }) => ({ pool })),
    );
    return some.map((line) => {
      const { currency, minor } = line;
      return nodeOf('line', pathOf(path, stepOf(line)), label('pool', line.pool), { minor, currency }, placeOf(line));
    });
  }
  return {
    node,
    async open(step) {
      const line = lines.find((each) => stepOf(each).join('~') === step.join('~'));
      const [opened] = line ? await nodesOf([line]) : [];
      if (!line || !opened) return null;
      return origin === 'allocated' ? carriedPlace(asking, opened, line) : uncarriedPlace(asking, opened, line, origin);
    },
    level: async (page) => pageOfNodes(await nodesOf(lines), page),
  };
}

/** What was posted in one currency, by how it came to be carried. */
function originsPlace(asking: Asking, node: ExplainedNode, cells: Cells, span: PeriodSpan): Place {
  const path = node.path ?? '';
  const { currency } = cells;
  const nodes = ORIGINS.flatMap((origin) => {
    const minor = amountOf(cells, origin);
    const isThere = cells.rows.some(({ amounts }) => amounts[origin] !== 0n);
    return isThere ? [nodeOf(origin, pathOf(path, [origin]), EXPLAIN_WORDS[origin], { minor, currency })] : [];
  });
  return {
    node,
    async open([name]) {
      const origin = ORIGINS.find((one) => one === name);
      const opened = nodes.find(({ kind }) => kind === name);
      if (!origin || !opened) return null;
      const of = cells.period === null ? span : { from: cells.period, to: cells.period };
      if (origin === 'direct') return directPlace(asking, opened, { span: of, currency });
      return linesPlace(asking, opened, cells, origin);
    },
    level: async (page) => pageOfNodes(nodes, page),
  };
}

interface Converted {
  cells: Cells;
  /** `null`: there is no rate, and it is in no total. */
  minor: bigint | null;
}

/** Each currency and period at its own rate and rounded by itself, as the pivot does. */
async function convert({ db }: Asking, { currency, cells }: CellQuestion): Promise<Converted[]> {
  const foreign = cells.filter((each) => each.currency !== currency);
  const currencies = [...new Set(foreign.map((each) => each.currency))];
  const periods = [...new Set(foreign.flatMap(({ period }) => (period === null ? [] : [period])))] as Period[];
  const rates = foreign.length === 0 ? [] : await exchangeRatesFor(db, currencies, currency, periods);
  return cells.map((each) => {
    if (each.currency === currency) return { cells: each, minor: totalOf(each) };
    const used = rates.find((one) => one.currency === each.currency && one.period === each.period);
    const rate = used ? rateOf(used) : null;
    const minor = rate === null ? null : convertedMinor(totalOf(each), rate, each.currency, currency);
    return { cells: each, minor };
  });
}

const currencyStep = ({ currency, period }: Cells): Step => ['in', currency, period ?? 'all'];

/** The amount somebody asks about. */
export async function cellPlace(asking: Asking, question: CellQuestion): Promise<Place> {
  const { currency, span } = question;
  const there = (await convert(asking, question)).filter(({ cells }) => cells.rows.length > 0);
  const minor = sumOf(there.map((each) => each.minor ?? 0n));
  const root = nodeOf('cell', '', EXPLAIN_WORDS.cell, { minor, currency });
  const [only] = there;
  if (!only) return { node: root, open: async () => null, level: async () => ({ items: [], next: null }) };
  if (there.length === 1 && only.cells.currency === currency) return originsPlace(asking, root, only.cells, span);
  const nodes = there.map(({ cells, minor: own }) => {
    const label = cells.period === null ? cells.currency : `${cells.currency} ${cells.period}`;
    return nodeOf(
      'currency',
      pathOf('', currencyStep(cells)),
      { en: label, zh: label },
      { minor: totalOf(cells), currency: cells.currency },
      { period: cells.period, converted: own === null ? null : moneyOf(own, currency) },
    );
  });
  return {
    node: root,
    async open(step) {
      const index = there.findIndex(({ cells }) => currencyStep(cells).join('~') === step.join('~'));
      const [found, opened] = [there[index], nodes[index]];
      return found && opened ? originsPlace(asking, opened, found.cells, span) : null;
    },
    level: async (page) => pageOfNodes(nodes, page),
  };
}
