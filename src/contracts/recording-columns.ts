// A mapping held against the columns a recording really has: what is missing, what was probably meant, and a first guess
// of a mapping for a file nobody has mapped yet. Pure.
import { DEVICE_ID } from './topics.ts';
import type { RecordingMap } from './recording-map.ts';

/** Names at most this many edits apart may have been meant. */
const NEAR = 3;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Edits (insert, delete, replace) that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (before[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (before[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    before = row;
  }
  return before[b.length] as number;
}

/** The column that was probably meant; null when none comes near. */
export function nearestColumn(name: string, columns: readonly string[]): string | null {
  const wanted = plain(name);
  let best: { column: string; distance: number } | null = null;
  for (const column of columns) {
    const distance = editDistance(wanted, plain(column));
    if (distance <= Math.min(NEAR, wanted.length / 2) && (best === null || distance < best.distance))
      best = { column, distance };
  }
  return best?.column ?? null;
}

/** Every column the mapping names and the file has not, in words that say what to change. */
export function faultsOfColumns(map: RecordingMap, columns: readonly string[]): string[] {
  const named: [place: string, column: string][] = [['time', map.time.column]];
  if ('column' in map.device) named.push(['device', map.device.column]);
  for (const column of Object.keys(map.metrics)) named.push([`metrics → ${map.metrics[column]}`, column]);
  return named
    .filter(([, column]) => !columns.includes(column))
    .map(([place, column]) => {
      const meant = nearestColumn(column, columns);
      const hint = meant === null ? `the file has ${columns.slice(0, 20).join(', ')}` : `did you mean "${meant}"?`;
      return `${place}: there is no column "${column}"; ${hint}`;
    });
}

const TIME_NAMES = new Set(['time', 'timestamp', 'datetime', 'ts', 'date', 'measuredat', '时间', '时间戳', '日期']);
const DEVICE_NAMES = new Set([
  'device',
  'deviceid',
  'machine',
  'machineid',
  'unit',
  'unitid',
  'asset',
  'id',
  '设备',
  '设备编号',
]);

/** A metric code made of a column's name. */
export const metricCodeOf = (column: string): string => {
  const code = column
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 64);
  return DEVICE_ID.test(code) ? code : '';
};

/** Where to begin: the first column that sounds like a time, one that sounds like a device, the rest as metrics. */
export function guessMap(columns: readonly string[]): RecordingMap {
  const time = columns.find((column) => TIME_NAMES.has(plain(column))) ?? columns[0] ?? '';
  const device = columns.find((column) => column !== time && DEVICE_NAMES.has(plain(column)));
  const rest = columns.filter((column) => column !== time && column !== device);
  const metrics = rest.map((column) => [column, metricCodeOf(column)] as const).filter(([, code]) => code !== '');
  return {
    time: { column: time },
    device: device === undefined ? { id: 'DEVICE' } : { column: device, prefix: '' },
    metrics: Object.fromEntries(metrics),
  };
}
