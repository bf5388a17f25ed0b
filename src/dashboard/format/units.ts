// UCUM unit codes as people write them.

const WRITTEN: Readonly<Record<string, string>> = {
  Cel: '°C',
  um: 'µm',
  '1/min': 'rpm',
  '/h': '/h',
  '1/h': '/h',
  '{count}': '',
  '1': '',
};

export const unitSymbol = (ucum: string): string => WRITTEN[ucum] ?? ucum.replaceAll(/[{}]/g, '');

/** A value with its unit; a per cent sign and a degree need no space before them in the table's narrow columns. */
export function withUnit(value: string, ucum: string): string {
  const symbol = unitSymbol(ucum);
  if (symbol === '') return value;
  return symbol === '%' || symbol.startsWith('/') ? `${value}${symbol}` : `${value} ${symbol}`;
}
