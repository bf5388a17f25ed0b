// The table of failure modes for the documentation: how many are warned of, how early, and what it costs in false alarms, beside the
// control charts of the same run.
type Figures = Readonly<Record<string, unknown>>;

const METHODS = [
  ['Stethos', 'byMode'],
  ['z-score', 'zScore_byMode'],
  ['EWMA', 'ewma_byMode'],
] as const;

/** Markdown, a line a kind of device and failure mode; '' for a result without figures by mode. */
export function modesTable(result: Figures): string {
  const [, ours] = METHODS[0];
  const modes = Object.keys((result[ours] ?? {}) as Figures);
  if (modes.length === 0) return '';
  const rows = modes.map((mode) => {
    const cells = METHODS.map(([, name]) => (result[name] as Record<string, Figures> | undefined)?.[mode] ?? {});
    const told = (write: (figures: Figures) => string): string => cells.map(write).join(' / ');
    return `| ${[
      mode,
      `${text(cells[0]?.nWear)} + ${text(cells[0]?.nAbrupt)}`,
      told(({ recallWithSigns }) => text(recallWithSigns)),
      told(({ leadMedian_days: median, leadP10_days: least }) => `${text(median)} (${text(least)})`),
      told(({ falseAlarmsPerDeviceYear }) => text(falseAlarmsPerDeviceYear ?? 0)),
    ].join(' | ')} |`;
  });
  const names = METHODS.map(([name]) => name).join(' / ');
  return `${[
    `| device, failure mode (${names}) | failures with signs + abrupt | recall with signs | lead in days, median (P10) | false alarms a device-year, look-alikes included |`,
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')}\n`;
}

const text = (figure: unknown): string =>
  typeof figure !== 'number' ? '-' : Number.isInteger(figure) ? String(figure) : figure.toFixed(figure < 1 ? 2 : 1);
