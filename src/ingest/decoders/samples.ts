// What every format of telemetry is decoded into: values by metric name at an instant, what of the message had to be
// left out, and which names and values can be stored at all.
import { isStorableText } from './json.ts';
import { type Refusal, refuse } from './decoded.ts';

export type TelemetryValue = number | boolean | string;

/** Values measured at one instant. */
export interface Sample {
  /** Device time; null when the device left it out and the arrival stands in for it. */
  measuredAtMs: number | null;
  /** The device told the time as so long before or after its arrival. */
  isRelative?: true;
  /** At least one, by metric name. */
  values: Readonly<Record<string, TelemetryValue>>;
  /** UCUM codes of the values that came with a unit. */
  units?: Readonly<Record<string, string>>;
}

export interface Samples {
  samples: Sample[];
  /** What was refused of a message whose rest is good. */
  faults: Refusal[];
  /** Names that carried something which is no number, truth or state: reported, not stored. */
  unsupported?: readonly string[];
}

/** More than fit into the default largest packet: a long backlog is welcome. */
export const MAX_SAMPLES = 10_000;
export const MAX_NAME_LENGTH = 64;
export const MAX_LABEL_LENGTH = 64;

/** Plain names are told at once; others may hold anything printable. */
const PLAIN_NAME = /^[\w.:-]{1,64}$/;
const NAME = /^[^\p{Cc}\p{Cs}]+$/u;

const isName = (name: string): boolean => PLAIN_NAME.test(name) || (name.length <= MAX_NAME_LENGTH && NAME.test(name));

export function faultOfName(name: string): Refusal | null {
  if (isName(name)) return null;
  const shown = JSON.stringify(name.slice(0, 2 * MAX_NAME_LENGTH));
  return refuse('bad-name', `a metric name has 1 to ${MAX_NAME_LENGTH} printable characters: ${shown}`);
}

export function faultOfValue(name: string, value: unknown): Refusal | null {
  switch (typeof value) {
    case 'number':
      // `1e999` is valid JSON and becomes Infinity.
      return Number.isFinite(value) ? null : refuse('not-finite', `${name} does not fit a double`);
    case 'boolean':
      return null;
    case 'string':
      if (isStorableText(value, MAX_LABEL_LENGTH)) return null;
      return refuse(
        'bad-text',
        `${name}: a state has at most ${MAX_LABEL_LENGTH} characters, no U+0000, no lone surrogate`,
      );
    default:
      if (value === null) return refuse('null-value', `${name} is null; leave a value out when there is none`);
      return refuse('wrong-type', `${name} is neither a number, a boolean nor a string`);
  }
}

/** Faults that are named one by one; the rest is a number. */
const NAMED_FAULTS = 5;

/** One reason for a message, of which `faults` (at least one) were refused; the first one gives its name. */
export function foldFaults(faults: readonly Refusal[], hasStored: boolean): Refusal {
  const [first] = faults as [Refusal];
  if (faults.length === 1 && !hasStored) return first;
  const named = faults.slice(0, NAMED_FAULTS).map(({ reason, detail }) => `${detail} (${reason})`);
  const more = faults.length > NAMED_FAULTS ? `; and ${faults.length - NAMED_FAULTS} more` : '';
  const rest = hasStored ? 'the rest is stored' : 'nothing is stored';
  return refuse(first.reason, `${faults.length} refused, ${rest}: ${named.join('; ')}${more}`);
}

/** A record whose keys are all its own, `__proto__` included. */
export const emptyRecord = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;
