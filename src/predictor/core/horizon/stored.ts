// A horizon model as plain JSON and back. What is read is checked: a damaged or foreign one is refused with the place where it is
// wrong, and never asked.
import { fromStored, type StoredTrees, toStored } from '../boosting/stored-trees.ts';
import type { InputProfile } from '../drift/inputs.ts';
import type { Calibration } from '../calibration/calibration.ts';
import { columnsOf, type Layout } from './columns.ts';
import type { ComponentModel, HorizonModel } from './model.ts';
import { DAY_MEASURES, type DayMeasure } from './detector-days.ts';
import { LOG_SETTINGS } from './unit-log.ts';

export interface HorizonContent {
  kind: 'horizon';
  format: 1;
  product: string;
  horizonHours: number;
  everyHours: number;
  layout: Layout;
  components: (Omit<ComponentModel, 'trees'> & { trees: StoredTrees })[];
  anyThreshold: number;
  /** What its columns looked like in training. */
  inputs: InputProfile[];
  /** JSON knows no infinity and no NaN: null where nothing was seen. */
  ranges: { low: (number | null)[]; high: (number | null)[]; mayMiss: number[]; typical: (number | null)[] };
}

const finite = (values: Float32Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? value : null));

export function horizonToStored(product: string, model: HorizonModel, inputs: InputProfile[]): HorizonContent {
  const { components, ranges, ...rest } = model;
  return {
    kind: 'horizon',
    format: 1,
    product,
    ...rest,
    inputs,
    components: components.map((one) => ({ ...one, trees: toStored(one.trees) })),
    ranges: {
      low: finite(ranges.low),
      high: finite(ranges.high),
      mayMiss: [...ranges.mayMiss],
      typical: finite(ranges.typical),
    },
  };
}

function requireThat(isRight: boolean, what: string): asserts isRight {
  if (!isRight) throw new Error(`The horizon model is damaged: ${what}.`);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isHours = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < Infinity;
const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
const areWords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** Throws an error that names what is wrong. */
export function horizonFrom(content: unknown): HorizonModel {
  requireThat(isObject(content), 'it is not an object');
  requireThat(content.kind === 'horizon' && content.format === 1, `kind and format are not "horizon" and 1`);
  const { horizonHours, everyHours, anyThreshold } = content;
  requireThat(isHours(horizonHours) && isHours(everyHours), 'horizonHours and everyHours must be above 0');
  requireThat(isShare(anyThreshold), 'anyThreshold is no probability');
  const layout = layoutFrom(content.layout, horizonHours);
  const columns = columnsOf(layout, LOG_SETTINGS.memoriesMs).map(({ name }) => name);
  requireThat(Array.isArray(content.components) && content.components.length > 0, 'it has no components');
  const components = content.components.map((one: unknown) => componentFrom(one, layout, columns));
  return { horizonHours, everyHours, layout, components, anyThreshold, ranges: rangesFrom(content.ranges, columns) };
}

const areMeasures = (value: unknown): value is DayMeasure[] =>
  areWords(value) && value.every((one) => DAY_MEASURES.some((measure) => measure === one));

function layoutFrom(layout: unknown, horizonHours: number): Layout {
  requireThat(isObject(layout), 'it has no layout');
  const { codes, components, medianLifeHours, metrics, statics, detectors } = layout;
  requireThat(areWords(codes) && areWords(components) && areWords(metrics), 'a list of the layout is no list of words');
  requireThat(
    Array.isArray(medianLifeHours) &&
      medianLifeHours.length === components.length &&
      medianLifeHours.every((hours) => hours === null || isHours(hours)),
    'medianLifeHours does not fit the components',
  );
  requireThat(
    Array.isArray(statics) && statics.every((one) => isObject(one) && typeof one.attribute === 'string'),
    'statics are not attributes',
  );
  requireThat(detectors === undefined || areMeasures(detectors), 'detectors are none that are known');
  const known = { horizonHours, codes, components, medianLifeHours, metrics, statics };
  return detectors === undefined ? known : { ...known, detectors };
}

function componentFrom(stored: unknown, layout: Layout, columns: readonly string[]): ComponentModel {
  requireThat(isObject(stored) && typeof stored.component === 'string', 'a component has no code');
  const { component, threshold, failures, failureMode } = stored;
  requireThat(layout.components.includes(component), `the component ${component} is not in the layout`);
  requireThat(isShare(threshold), `the threshold of ${component} is no probability`);
  requireThat(typeof failures === 'number', `${component} has no count of failures`);
  requireThat(failureMode === null || typeof failureMode === 'string', `the failure mode of ${component} is no word`);
  const trees = fromStored(stored.trees);
  const fits = trees.columns.length === columns.length && trees.columns.every((name, index) => name === columns[index]);
  requireThat(fits, `the trees of ${component} ask other columns than the layout has`);
  return { component, trees, calibration: calibrationFrom(stored.calibration), threshold, failures, failureMode };
}

function calibrationFrom(stored: unknown): Calibration {
  requireThat(isObject(stored) && isHours(stored.rowsPerOutcome), 'a calibration has no rowsPerOutcome');
  const { kind, steps, rowsPerOutcome } = stored;
  if (kind === 'platt') {
    const { slope, offset, positives, negatives } = stored;
    const numbers = [slope, offset, positives, negatives];
    requireThat(numbers.every(Number.isFinite), 'a calibration curve has a value that is no number');
    const [a, b, c, d] = numbers as [number, number, number, number];
    return { kind, slope: a, offset: b, positives: c, negatives: d, rowsPerOutcome };
  }
  requireThat(kind === 'isotonic' && Array.isArray(steps) && steps.length > 0, 'a calibration is of no known kind');
  const checked = steps.map((step: unknown, index) => {
    requireThat(isObject(step) && isShare(step.value), `calibration step ${index} is no probability`);
    const { to, value, weight } = step;
    requireThat(typeof to === 'number' && typeof weight === 'number', `calibration step ${index} has no place`);
    return { to, value, weight };
  });
  return { kind, steps: checked, rowsPerOutcome };
}

function rangesFrom(stored: unknown, columns: readonly string[]): HorizonModel['ranges'] {
  requireThat(isObject(stored), 'it has no ranges');
  const column = (name: string): readonly unknown[] => {
    const values = stored[name];
    requireThat(
      Array.isArray(values) && values.length === columns.length,
      `the range ${name} does not fit the columns`,
    );
    return values;
  };
  const numbers = (name: string, unknown: number): Float32Array =>
    Float32Array.from(column(name), (value) => (typeof value === 'number' ? value : unknown));
  return {
    low: numbers('low', Number.POSITIVE_INFINITY),
    high: numbers('high', Number.NEGATIVE_INFINITY),
    mayMiss: Uint8Array.from(column('mayMiss'), (value) => (value === 1 ? 1 : 0)),
    typical: numbers('typical', Number.NaN),
  };
}
