// The head of the value screen: net avoidance, both sides with their n, downtime and cost per device-hour.
import type { VNode } from 'preact';
import type { MaintenanceValue } from '../../../contracts/http/maintenance-value.ts';
import { minorOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';
import type { CellKeys } from '../costs/explain/explain-cell.ts';
import { OpenAmount } from '../costs/explain/open-amount.tsx';
import { sideCell, wayOfCosts } from './value-cells.ts';
import { SIDES } from './value-columns.ts';

type Side = MaintenanceValue['preventive'];

export function ValueFigures({ value }: { value: MaintenanceValue }): VNode {
  const words = useWords().value;
  const format = useFormat();
  const [preventive, reactive] = [minorOf(value.preventive.cost) ?? 0n, minorOf(value.reactive.cost) ?? 0n];
  const both = preventive + reactive;
  const { truePositives, falsePositives, gross, conservative } = value.avoidance;
  return (
    <div class="section value-figures">
      <div title={words.netHint}>
        <p class="figure-name">{words.net}</p>
        <p class="figure-value is-large">{format.money(value.avoidance.net)}</p>
        <p class="figure-note">
          {words.n} {format.integer(truePositives + falsePositives)} · {words.outcomes}
        </p>
        <p class="figure-note">
          {words.gross} {format.money(gross)} · {words.n} {format.integer(truePositives)}
        </p>
        <p class="figure-note" title={words.conservativeHint}>
          {words.conservative} {format.money(conservative.net)} · {words.n} {format.integer(conservative.confirmed)}
        </p>
      </div>
      <div>
        <p class="figure-name">{words.share}</p>
        <p class="figure-value is-large">{both === 0n ? NOTHING : format.percent(Number(preventive) / Number(both))}</p>
        <span class="share-bar value-share" aria-hidden="true">
          <span class="is-preventive" style={{ flexGrow: Number(preventive) }} />
          <span class="is-reactive" style={{ flexGrow: Number(reactive) }} />
        </span>
      </div>
      {SIDES.map((side) => (
        <SideFigures
          key={side}
          name={words[side]}
          hint={words[`${side}Hint`]}
          side={value[side]}
          tone={`is-${side}`}
          cell={sideCell(side, {})}
          way={wayOfCosts(value)}
        />
      ))}
    </div>
  );
}

interface SideProps {
  name: string;
  hint: string;
  side: Side;
  tone: string;
  cell: CellKeys;
  way: string | null;
}
function SideFigures({ name, hint, side, tone, cell, way }: SideProps): VNode {
  const words = useWords().value;
  const format = useFormat();
  return (
    <div title={hint}>
      <p class="figure-name element-name">
        <span class={`element-dot ${tone}`} /> {name} · {words.jobs(format.integer(side.jobs))}
      </p>
      <p class="figure-value">
        <OpenAmount amount={side.cost} cell={cell} way={way} />
      </p>
      <p class="figure-note">
        {words.downtime} {words.downtimeOf(format.measure(side.downtimeHours))}
      </p>
      <p class="figure-note">
        {words.perHour} {side.costPerDeviceHour === null ? NOTHING : format.moneyExact(side.costPerDeviceHour)}
      </p>
    </div>
  );
}
