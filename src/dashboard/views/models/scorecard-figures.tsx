// Single figures of the scorecard, each with what it rests on: shares and rates with interval and n, lead time, money.
import type { VNode } from 'preact';
import type { ScorecardRow } from '../../../contracts/http/scorecard.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';

export function Share({ measured }: { measured: ScorecardRow['precision'] }): VNode {
  const format = useFormat();
  const { value, low, high, n } = measured;
  if (value === null || low === null || high === null) return <>{NOTHING}</>;
  return (
    <>
      {format.percent(value)}
      <span class="scorecard-note">
        {format.percent(low)}–{format.percent(high)} · n {format.integer(n)}
      </span>
    </>
  );
}

export function LeadTime({ row: { leadHours } }: { row: ScorecardRow }): VNode {
  const format = useFormat();
  return (
    <>
      {leadHours.median === null ? NOTHING : format.hours(leadHours.median)}
      <span class="scorecard-note">
        {leadHours.p10 !== null && `(${format.hours(leadHours.p10)}) · `}n {format.integer(leadHours.n)}
      </span>
    </>
  );
}

export function FalseAlarms({ row: { falseAlarmsPerDeviceYear: alarms } }: { row: ScorecardRow }): VNode {
  const words = useWords().models;
  const format = useFormat();
  return (
    <>
      {alarms.value === null ? NOTHING : format.measure(alarms.value)}
      {alarms.low !== null && alarms.high !== null && (
        <span class="scorecard-note">
          {format.measure(alarms.low)}–{format.measure(alarms.high)} {words.perDeviceYear}
        </span>
      )}
    </>
  );
}

export function NetWorth({ row }: { row: ScorecardRow }): VNode {
  const words = useWords().models;
  const format = useFormat();
  return (
    <>
      {row.worth.length === 0 ? NOTHING : row.worth.map(({ net }) => <div key={net.currency}>{format.money(net)}</div>)}
      {row.unpriced > 0 && <span class="scorecard-note">{words.unpriced(format.integer(row.unpriced))}</span>}
    </>
  );
}

/** What the jobs cost in the end in the place of what was estimated when the warning was raised. */
export function ActualWorth({ row: { worth } }: { row: ScorecardRow }): VNode {
  const format = useFormat();
  if (worth.length === 0) return <>{NOTHING}</>;
  return (
    <>
      {worth.map(({ actual }) => (
        <div key={actual.net.currency}>
          {format.money(actual.net)}
          <span class="scorecard-note">n {format.integer(actual.n)}</span>
        </div>
      ))}
    </>
  );
}
