// Preventive against reactive by any dimension: cost, jobs and downtime of both sides, cost per device-hour, what was
// avoided three ways, and what is neither side.
import type { VNode } from 'preact';
import { type Dimension, DIMENSIONS } from '../../../contracts/costs.ts';
import type { MaintenanceValue, ValueGroup } from '../../../contracts/http/maintenance-value.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { NOTHING } from '../../format/format.ts';
import { useScope } from '../../state/use-scope.ts';
import { dimensionLabel } from '../costs/dimension-label.ts';
import { OpenAmount } from '../costs/explain/open-amount.tsx';
import { sideCell, wayOfCosts } from './value-cells.ts';
import { SIDES } from './value-columns.ts';

/** A job has no one element, month or pool. */
const NOT_OF_JOBS: readonly Dimension[] = ['element', 'period', 'pool'];
const VALUE_DIMENSIONS = DIMENSIONS.filter((one) => !NOT_OF_JOBS.includes(one));

export const valueDimensionOf = (asked: string | undefined): Dimension =>
  VALUE_DIMENSIONS.find((one) => one === asked) ?? 'product';

export function ValueGroups({ value }: { value: MaintenanceValue }): VNode {
  const words = useWords();
  const { query, setQuery } = useScope();
  return (
    <section class="section">
      <header class="section-head pivot-head">
        <h2>{words.value.byDimension}</h2>
        <span class="grow" />
        <Select
          label={words.value.byDimension}
          value={valueDimensionOf(query['by'])}
          options={VALUE_DIMENSIONS.map((one) => ({ value: one, text: words.terms.dimension[one] }))}
          onChange={(by) => setQuery({ by })}
        />
      </header>
      <GroupTable value={value} />
      <p class="pivot-note">
        {words.value.neither}: {words.value.neitherHint} {words.value.basisHint[value.deviceHours.basis]}
      </p>
    </section>
  );
}

type Line = Omit<ValueGroup, 'labels'> & { name: string; key: string };

function GroupTable({ value }: { value: MaintenanceValue }): VNode {
  const words = useWords();
  const format = useFormat();
  // While another dimension loads, the one on screen still has the dimension it was asked with.
  const [dimension = 'product'] = value.by;
  const nameOf = ({ keys, labels }: ValueGroup): string =>
    dimensionLabel(dimension, keys[dimension] ?? null, labels[dimension] ?? null, words, format);
  const way = wayOfCosts(value);
  const lines = value.groups.map((group) => ({ ...group, name: nameOf(group), key: JSON.stringify(group.keys) }));
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={words.value.byDimension}>
      <table class="value-groups">
        <Head dimension={dimension} />
        <tbody>
          {lines.map((line) => (
            <tr key={line.key}>
              <Cells line={line} way={way} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <Cells line={{ ...value, keys: {}, name: words.value.total, key: 'total' }} way={way} />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Head({ dimension }: { dimension: Dimension }): VNode {
  const words = useWords();
  const { value } = words;
  return (
    <thead>
      <tr>
        <th scope="col" rowSpan={2}>
          {words.terms.dimension[dimension]}
        </th>
        {SIDES.map((side) => (
          <th key={side} scope="colgroup" colSpan={4} class="value-side">
            <span class={`strip is-${side}`} /> {value[side]}
          </th>
        ))}
        <th scope="colgroup" colSpan={3} class="value-side">
          {value.avoided}
        </th>
        <th scope="col" rowSpan={2} class="number" title={value.neitherHint}>
          {value.neither}
        </th>
        <th scope="col" rowSpan={2} class="number">
          {value.total}
        </th>
        <th scope="col" rowSpan={2} class="number">
          {value.deviceHours}
        </th>
      </tr>
      <tr>
        {SIDES.flatMap((side) =>
          [value.cost, value.n, value.downtime, value.perHour].map((name) => (
            <th key={`${side} ${name}`} scope="col" class="number">
              {name}
            </th>
          )),
        )}
        <th scope="col" class="number">
          {value.gross}
        </th>
        <th scope="col" class="number" title={value.netHint}>
          {value.netShort}
        </th>
        <th scope="col" class="number" title={value.conservativeHint}>
          {value.conservative}
        </th>
      </tr>
    </thead>
  );
}

function Cells({ line, way }: { line: Line; way: string | null }): VNode {
  const words = useWords().value;
  const format = useFormat();
  const { avoidance, deviceHours } = line;
  const { operating, heard, installed } = deviceHours.bySource;
  const sources = words.sourceOf(format.measure(operating), format.measure(heard), format.measure(installed));
  const outcomes = words.outcomesOf(
    format.integer(avoidance.truePositives),
    format.integer(avoidance.falsePositives),
    format.integer(avoidance.censored),
  );
  return (
    <>
      <th scope="row" class="pivot-name">
        {line.name}
      </th>
      {SIDES.flatMap((side) => {
        const { cost, jobs, downtimeHours, costPerDeviceHour } = line[side];
        return [
          <td key={`${side} cost`} class="number">
            <OpenAmount amount={cost} cell={sideCell(side, line.keys)} way={way} />
          </td>,
          <td key={`${side} n`} class="number muted">
            {format.integer(jobs)}
          </td>,
          <td key={`${side} downtime`} class="number muted">
            {words.downtimeOf(format.measure(downtimeHours))}
          </td>,
          <td key={`${side} hour`} class="number muted">
            {costPerDeviceHour === null ? NOTHING : format.moneyExact(costPerDeviceHour)}
          </td>,
        ];
      })}
      {[avoidance.gross, avoidance.net, avoidance.conservative.net].map((amount, index) => (
        <td key={index} class="number" title={outcomes}>
          {format.money(amount)}
          {index === 1 && (
            <span class="muted">
              {' '}
              {words.n} {format.integer(avoidance.truePositives + avoidance.falsePositives)}
            </span>
          )}
        </td>
      ))}
      <td class="number muted">
        <OpenAmount amount={line.neither.cost} cell={sideCell('neither', line.keys)} way={way} />
      </td>
      <td class="number">
        <OpenAmount amount={line.total} cell={line.keys} way={way} />
      </td>
      <td class="number muted" title={`${sources} · ${words.basisHint[deviceHours.basis]}`}>
        {format.measure(deviceHours.hours)} {words.basis[deviceHours.basis]} · {words.n}{' '}
        {format.integer(deviceHours.devices)}
      </td>
    </>
  );
}
