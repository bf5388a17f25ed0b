// What moved the cost: each driver of the rules in force with its quantity, source, n, and devices that told nothing.
import type { VNode } from 'preact';
import type { DriverReading } from '../../../../contracts/http/allocation.ts';
import type { Page } from '../../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Empty, Loaded } from '../../../components/state-views.tsx';
import { NOTHING } from '../../../format/format.ts';
import { unitSymbol } from '../../../format/units.ts';
import { useResource } from '../../../state/use-resource.ts';

export function DriversSection({ period, version }: { period: string; version: number }): VNode {
  const { api } = useApp();
  const words = useWords().allocation.drivers;
  const format = useFormat();
  const drivers = useResource(
    `drivers ${period} ${version}`,
    async (signal) => (await api.get<Page<DriverReading>>('/allocation/drivers', { period }, signal)).items,
    true,
  );
  const unitOf = ({ unit, currency }: DriverReading): string =>
    unit === 'money' ? (currency ?? '') : unitSymbol(unit);
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.title}</h2>
      </header>
      <Loaded resource={drivers}>
        {(readings) =>
          readings.length === 0 ? (
            <Empty icon="table" title={words.empty} />
          ) : (
            <div class="scroll-x" tabIndex={0} role="region" aria-label={words.title}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.driver}</th>
                    <th scope="col" class="number">
                      {words.quantity}
                    </th>
                    <th scope="col" class="number">
                      {words.n}
                    </th>
                    <th scope="col">{words.source}</th>
                    <th scope="col" title={words.unknownHint}>
                      {words.unknown}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {readings.map((reading) => (
                    <tr key={`${reading.driver} ${reading.currency ?? ''}`}>
                      <th scope="row" class="pivot-name">
                        {format.text(reading.name)}
                      </th>
                      <td class={reading.total === 0 ? 'number is-lacking' : 'number'}>
                        {format.measure(reading.total)} {unitOf(reading)}
                      </td>
                      <td class="number">{format.integer(reading.n)}</td>
                      <td class="driver-source">{format.text(reading.source)}</td>
                      <td title={reading.unknown.join(', ')}>
                        {reading.unknown.length === 0 ? NOTHING : words.devices(format.integer(reading.unknown.length))}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </section>
  );
}
