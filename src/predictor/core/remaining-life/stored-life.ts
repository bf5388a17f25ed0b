// A model of remaining life as plain JSON and back. What is read is checked, so that a damaged or foreign one is refused with
// what is wrong and never asked.
import { fromStored, toStored, type StoredTrees } from '../boosting/stored-trees.ts';
import type { InputProfile } from '../drift/inputs.ts';
import type { Bands } from '../conformal/bands.ts';
import type { LifeModel } from './model.ts';
import { trackColumns, type LifeFrame } from './unit-track.ts';

/** The model of one component of a product. */
export interface ComponentLifeModel {
  product: string;
  component: string;
  /** The mode that most of its failures were. */
  failureMode: string;
  /** Metrics that are its sensors, in this order. */
  gauges: readonly string[];
  /** Length of a step. */
  everyHours: number;
  life: LifeModel;
}

export interface LifeContent extends Omit<ComponentLifeModel, 'life'> {
  kind: 'remaining-life';
  format: 1;
  /** What its gauges looked like in training. */
  inputs: InputProfile[];
  life: Omit<LifeModel, 'members'> & { members: StoredTrees[] };
}

export function lifeToStored({ life, ...rest }: ComponentLifeModel, inputs: InputProfile[]): LifeContent {
  return { kind: 'remaining-life', format: 1, ...rest, inputs, life: { ...life, members: life.members.map(toStored) } };
}

function requireThat(isRight: boolean, what: string): asserts isRight {
  if (!isRight) throw new Error(`The remaining-life model is damaged: ${what}.`);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isAbove0 = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < Infinity;
const isWord = (value: unknown): value is string => typeof value === 'string' && value !== '';
const areNumbers = (value: unknown, length: number): value is number[] =>
  Array.isArray(value) &&
  value.length === length &&
  value.every((one) => typeof one === 'number' && Number.isFinite(one));
const areRows = (value: unknown, rows: number, length: number): boolean =>
  Array.isArray(value) && value.length === rows && value.every((row) => areNumbers(row, length));

/** Throws an error that names what is wrong. */
export function lifeFrom(content: unknown): ComponentLifeModel {
  requireThat(isObject(content), 'it is not an object');
  requireThat(
    content.kind === 'remaining-life' && content.format === 1,
    'kind and format are not "remaining-life" and 1',
  );
  const { product, component, failureMode, gauges, everyHours, life } = content;
  requireThat(
    isWord(product) && isWord(component) && isWord(failureMode),
    'product, component and failureMode must be named',
  );
  requireThat(Array.isArray(gauges) && gauges.length > 0 && gauges.every(isWord), 'gauges must be a list of metrics');
  requireThat(isAbove0(everyHours), 'everyHours must be above 0');
  requireThat(isObject(life) && isAbove0(life.cap) && isAbove0(life.runs), 'cap and runs must be above 0');
  requireThat(isObject(life.shape) && life.shape.sensors === gauges.length, 'its sensors are not its gauges');
  checkFrame(life.frame, gauges.length);
  checkBands(life.bands);
  const frame = life.frame as unknown as LifeFrame;
  requireThat(Array.isArray(life.members) && life.members.length > 0, 'it has no trees');
  const members = life.members.map(fromStored);
  const columns = trackColumns(frame);
  requireThat(
    members.every(
      (trees) => trees.columns.length === columns.length && trees.columns.every((name, at) => name === columns[at]),
    ),
    'its trees ask other columns than its sensors give',
  );
  const whole = { ...(life as unknown as LifeModel), members };
  return { product, component, failureMode, gauges, everyHours, life: whole };
}

function checkFrame(frame: unknown, sensors: number): void {
  requireThat(isObject(frame) && isAbove0(frame.typicalLife), 'typicalLife must be above 0');
  const { regimes, scale, index } = frame;
  requireThat(isObject(regimes) && Array.isArray(regimes.centres) && regimes.centres.length > 0, 'it has no regime');
  requireThat(typeof regimes.reach === 'number' && Array.isArray(regimes.used), 'its regimes have no reach');
  requireThat(isObject(scale) && Array.isArray(scale.used), 'its sensors have no scale');
  const { used, means, deviations } = scale;
  requireThat(
    used.every((sensor) => Number.isInteger(sensor) && (sensor as number) >= 0 && (sensor as number) < sensors),
    'it scales a sensor that it does not have',
  );
  const rows = regimes.centres.length;
  requireThat(areRows(means, rows, used.length) && areRows(deviations, rows, used.length), 'a scale is not whole');
  requireThat(areNumbers(index, used.length + 1), 'its index has not a weight for each sensor');
}

function checkBands(bands: unknown): void {
  requireThat(isObject(bands) && isAbove0(bands.cap) && isAbove0(bands.n), 'its intervals have no cap');
  const all = (bands as unknown as Bands).bands;
  requireThat(Array.isArray(all) && all.length > 0, 'it has no intervals');
  requireThat(
    all.every(({ at, errors }) => areNumbers([at], 1) && areNumbers(errors, 39)),
    'an interval is not whole',
  );
}
