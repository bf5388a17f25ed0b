// The columns a unit's log is turned into, named after the codes, components and metrics that training has seen. Their order
// is the order in which a row is written; what each is about is kept beside its name, so that it can be put into words.
import { HOUR_MS } from '../../../contracts/time.ts';
import { DAY_WINDOWS, type DayMeasure } from './detector-days.ts';

/** What a row is made of. Codes, components and metrics are whatever the training part knew; nothing is built in. */
export interface Layout {
  horizonHours: number;
  codes: string[];
  components: string[];
  /** Median life of each component in the training part, hours; null where too few ended. */
  medianLifeHours: (number | null)[];
  metrics: string[];
  /** Numbers as they are; words as one column a value. */
  statics: { attribute: string; value: string | null }[];
  /** What the detectors say, day by day; left out where training knew nothing of it. */
  detectors?: DayMeasure[];
}

export const COLUMN_KINDS = [
  'clock-hour',
  'since-visit',
  'since-any-event',
  'any-event-count',
  'event-count',
  'event-rate',
  'since-event',
  'event-clock-hour',
  'component-age',
  'component-life-share',
  'component-failures',
  'attribute',
  'metric-level',
  'metric-deviation',
  'metric-slope',
  'metric-scatter',
  'metric-silence',
  'day-channel',
  'day-gauges',
  'day-drift',
  'day-joint',
] as const;
export type ColumnKind = (typeof COLUMN_KINDS)[number];

export interface Column {
  name: string;
  kind: ColumnKind;
  /** The code, component, attribute or metric; '' for the unit as a whole. */
  about: string;
  /** Window or memory in hours, 0 where there is none. */
  hours: number;
}

/** How long nothing has come is never strange: no bound, and missing where it never came at all. */
export const isUnbounded = ({ kind }: Column): boolean => UNBOUNDED.has(kind);
const UNBOUNDED: ReadonlySet<ColumnKind> = new Set([
  'since-event',
  'since-any-event',
  'since-visit',
  'event-clock-hour',
]);

/** Goes with the calendar whatever happens: that it is farther on than in training is no drift. */
export const tellsTime = (column: Column): boolean => isUnbounded(column) || CLOCKS.has(column.kind);
const CLOCKS: ReadonlySet<ColumnKind> = new Set([
  'clock-hour',
  'component-age',
  'component-life-share',
  'component-failures',
]);

/** Windows in which events are counted, as shares of the horizon. */
export const WINDOW_SHARES = [0.25, 1, 7] as const;

const columnOf = (kind: ColumnKind, about = '', hours = 0): Column => ({
  name: [kind, about, hours === 0 ? '' : `${hours}h`].filter((part) => part !== '').join(':'),
  kind,
  about,
  hours,
});

export function columnsOf(layout: Layout, memoriesMs: readonly number[]): Column[] {
  const windows = WINDOW_SHARES.map((share) => share * layout.horizonHours);
  const longest = windows.at(-1) as number;
  return [
    columnOf('clock-hour'),
    columnOf('since-visit'),
    columnOf('since-any-event'),
    columnOf('any-event-count', '', layout.horizonHours),
    ...layout.codes.flatMap((code) => [
      ...windows.map((hours) => columnOf('event-count', code, hours)),
      columnOf('event-rate', code, longest),
      columnOf('since-event', code),
      columnOf('event-clock-hour', code),
    ]),
    ...layout.components.flatMap((component) => [
      columnOf('component-age', component),
      columnOf('component-life-share', component),
      columnOf('component-failures', component),
    ]),
    ...layout.statics.map(({ attribute, value }) =>
      columnOf('attribute', value === null ? attribute : `${attribute}=${value}`),
    ),
    ...layout.metrics.flatMap((metric) => [
      columnOf('metric-level', metric, (memoriesMs[1] as number) / HOUR_MS),
      ...memoriesMs.map((memoryMs) => columnOf('metric-deviation', metric, memoryMs / HOUR_MS)),
      columnOf('metric-slope', metric),
      columnOf('metric-scatter', metric),
      columnOf('metric-silence', metric),
    ]),
    ...(layout.detectors ?? []).flatMap((measure) =>
      DAY_WINDOWS.map((days) => columnOf(`day-${measure}`, '', days * 24)),
    ),
  ];
}
