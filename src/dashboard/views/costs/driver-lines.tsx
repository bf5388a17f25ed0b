// What drives the cost that is forecast: units in service, jobs a unit and month, cost of a job; or why that is not known here.
import type { VNode } from 'preact';
import type { ForecastDrivers, ForecastSeries } from '../../../contracts/http/forecast.ts';
import { minorOf, type Money, moneyOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import type { Format } from '../../format/format.ts';

type Line = ForecastDrivers['lines'][number];

export function DriverLines({ series: { drivers, driversMissing } }: { series: ForecastSeries }): VNode | null {
  const words = useWords().forecast.drivers;
  if (drivers === null || driversMissing !== null) {
    return driversMissing === null ? null : <p class="muted driver-missing">{words.missing[driversMissing]}</p>;
  }
  return (
    <dl class="driver-lines">
      {drivers.lines.map((line) => (
        <DriverLine key={line.side} line={line} drivers={drivers} />
      ))}
    </dl>
  );
}

function DriverLine({
  line: { side, amount, job, rest, finishedJobs },
  drivers,
}: {
  line: Line;
  drivers: ForecastDrivers;
}): VNode {
  const words = useWords().forecast.drivers;
  const format = useFormat();
  const units = format.integer(drivers.units);
  return (
    <>
      <dt>{words.sides[side]}</dt>
      <dd>
        {job === null ? (
          <span>{words.withUnits(units)}</span>
        ) : (
          <span title={words.jobsHint(format.measure(job.aMonth))}>
            {words.product(units, format.measure(job.perUnit), format.money(job.cost))}
            {restText(rest, words, format)}
          </span>
        )}
        <strong>{words.aMonth(format.money(amount))}</strong>
        <span class="muted">
          {job !== null
            ? words.ofJobs(format.integer(job.n), format.integer(drivers.lookBackMonths))
            : finishedJobs === null
              ? words.ofMonths(format.integer(drivers.lookBackMonths))
              : words.fewJobs(format.integer(finishedJobs), format.integer(drivers.lookBackMonths))}
        </span>
      </dd>
    </>
  );
}

/** The product and this are the amount. */
function restText(rest: Money, words: ReturnType<typeof useWords>['forecast']['drivers'], format: Format): string {
  const minor = minorOf(rest) ?? 0n;
  if (minor === 0n) return '';
  const amount = format.money(moneyOf(minor < 0n ? -minor : minor, rest.currency));
  return minor > 0n ? words.more(amount) : words.less(amount);
}
