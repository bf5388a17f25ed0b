// What an age means to a component: failures a year from there on, and how long it has left on average, each with its interval.
import type { VNode } from 'preact';
import type { AtAge, ComponentSurvival } from '../../../contracts/http/survival.ts';
import { useFormat, useWords } from '../../app-context.ts';

const HOURS_A_DAY = 24;

export function AgeTable({ survival: { name, atAges, watched } }: { survival: ComponentSurvival }): VNode | null {
  const words = useWords().survival;
  const format = useFormat();
  if (atAges.length === 0) return null;
  const days = (hours: number): string => format.integer(Math.round(hours / HOURS_A_DAY));
  const perYear = ({ value, low, high }: AtAge['hazardPerYear']): [string, string] => [
    format.measure(rounded(value)),
    `${format.measure(rounded(low))}–${format.measure(rounded(high))}`,
  ];
  const left = ({ value, low, high }: AtAge['meanLeftHours']): [string, string] => [
    words.days(days(value)),
    `${days(low)}–${days(high)}`,
  ];
  return (
    <div class="scorecard-scroll" tabIndex={0} role="region" aria-label={`${words.atAge} – ${format.text(name)}`}>
      <table class="survival-table">
        <thead>
          <tr>
            <th scope="col">{words.atAge}</th>
            <th scope="col" class="number" title={words.hazardHint}>
              {words.hazard}
            </th>
            <th scope="col" class="number" title={words.meanLeftHint}>
              {words.meanLeft}
            </th>
          </tr>
        </thead>
        <tbody>
          {atAges.map((at, index) => (
            <tr key={index}>
              <td>
                {words.days(days(at.hours))}{' '}
                {index === 0 && watched.typicalAgeHours !== null && <span class="muted">{words.typicalAge}</span>}
              </td>
              {[perYear(at.hazardPerYear), left(at.meanLeftHours)].map(([value, interval], column) => (
                <td key={column} class="number">
                  {value} <span class="muted">{interval}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Two figures that count. */
const rounded = (value: number): number => Number(value.toPrecision(2));
