// A payload mapping as a person writes it, line by line, and back. Pure.
import type { PayloadMapping } from '../../../contracts/payload-mapping.ts';

export interface MappingText {
  timeField: string;
  timeUnit: '' | 's' | 'us' | 'iso';
  offsetMinutes: string;
  valuesField: string;
  rename: string;
  scale: string;
  drop: string;
  numbers: string;
  dropNulls: boolean;
}

export const NO_TEXT: MappingText = {
  timeField: '',
  timeUnit: '',
  offsetMinutes: '',
  valuesField: '',
  rename: '',
  scale: '',
  drop: '',
  numbers: '',
  dropNulls: false,
};

export type ParsedMapping = { mapping: PayloadMapping } | { unreadable: string };

const SCALE = /^(.+?)\s*=\s*([-+]?[\d.]+(?:e[-+]?\d+)?)(?:\s*([-+])\s*([\d.]+(?:e[-+]?\d+)?))?$/i;
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
const namesOf = (text: string): string[] =>
  text
    .split(/[,，]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');

export function parseMapping(text: MappingText): ParsedMapping {
  const rename: Record<string, string> = {};
  for (const line of linesOf(text.rename)) {
    const [sent, metric, ...rest] = line.split('=').map((part) => part.trim());
    if (!sent || !metric || rest.length > 0) return { unreadable: line };
    rename[sent] = metric;
  }
  const scale: NonNullable<PayloadMapping['scale']> = {};
  for (const line of linesOf(text.scale)) {
    const [, metric, factor, sign, offset] = SCALE.exec(line) ?? [];
    if (metric === undefined || Number.isNaN(Number(factor))) return { unreadable: line };
    scale[metric] = { factor: Number(factor), offset: offset === undefined ? 0 : Number(`${sign}${offset}`) };
  }
  const offsetMinutes = text.offsetMinutes.trim() === '' ? 0 : Number(text.offsetMinutes);
  if (!Number.isFinite(offsetMinutes)) return { unreadable: text.offsetMinutes };
  const time = {
    ...(text.timeField.trim() === '' ? {} : { field: text.timeField.trim() }),
    ...(text.timeUnit === '' ? {} : { unit: text.timeUnit }),
    ...(offsetMinutes === 0 ? {} : { offsetMs: Math.round(offsetMinutes * 60_000) }),
  };
  const drop = namesOf(text.drop);
  const numbers = namesOf(text.numbers);
  return {
    mapping: {
      ...(Object.keys(time).length === 0 ? {} : { time }),
      ...(text.valuesField.trim() === '' ? {} : { valuesField: text.valuesField.trim() }),
      ...(drop.length === 0 ? {} : { drop }),
      ...(Object.keys(rename).length === 0 ? {} : { rename }),
      ...(Object.keys(scale).length === 0 ? {} : { scale }),
      ...(text.dropNulls ? { dropNulls: true } : {}),
      ...(numbers.length === 0 ? {} : { numbers }),
    },
  };
}

export function mappingText({
  time,
  valuesField,
  drop,
  rename,
  scale,
  dropNulls,
  numbers,
}: PayloadMapping): MappingText {
  const unit = time?.unit;
  return {
    timeField: time?.field ?? '',
    timeUnit: unit === undefined || unit === 'ms' ? '' : unit,
    offsetMinutes: time?.offsetMs === undefined ? '' : String(time.offsetMs / 60_000),
    valuesField: valuesField ?? '',
    rename: Object.entries(rename ?? {})
      .map(([sent, metric]) => `${sent} = ${metric}`)
      .join('\n'),
    scale: Object.entries(scale ?? {})
      .map(
        ([metric, { factor, offset }]) =>
          `${metric} = ${factor}${offset === 0 ? '' : ` ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`}`,
      )
      .join('\n'),
    drop: (drop ?? []).join(', '),
    numbers: (numbers ?? []).join(', '),
    dropNulls: dropNulls ?? false,
  };
}
