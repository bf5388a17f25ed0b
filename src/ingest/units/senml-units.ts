// Units as SenML (RFC 8428 12.1, RFC 8798) and Sparkplug's free text write them, in UCUM. What is not here is UCUM already
// or not known.

/** The SenML units registry where its symbol is not the UCUM code. */
const SENML: Readonly<Record<string, string>> = {
  l: 'L',
  'l/s': 'L/s',
  'g/l': 'g/L',
  'mg/l': 'mg/L',
  'ug/l': 'ug/L',
  pH: '[pH]',
  dBW: 'dB[W]',
  dBm: 'dB[mW]',
  Bspl: 'B[SPL]',
  NTU: '[NTU]',
  lat: 'deg',
  lon: 'deg',
  '/': '1',
  '/100': '%',
  '/1000': '[ppth]',
  '%RH': '%',
  '%EL': '%',
  EL: 's',
  count: '1',
  '1/s': '/s',
  '1/min': '/min',
  'beat/min': '/min',
  beats: '1',
  ppm: '[ppm]',
  ppb: '[ppb]',
  ppt: '[pptr]',
  'kg/m3': 'kg/m3',
  B: 'By',
  KiB: 'KiBy',
  GB: 'GBy',
  MB: 'MBy',
  'B/s': 'By/s',
  'MB/s': 'MBy/s',
  VA: 'V.A',
  VAs: 'V.A.s',
  VAh: 'V.A.h',
  kVA: 'kV.A',
  kVAh: 'kV.A.h',
  vars: 'var.s',
  varh: 'var.h',
  kvarh: 'kvar.h',
  Ah: 'A.h',
  Wh: 'W.h',
  kWh: 'kW.h',
  'Wh/km': 'W.h/km',
};

/** What `engUnit` holds in the field: signs from displays and data sheets. */
const DISPLAYED: Readonly<Record<string, string>> = {
  '°C': 'Cel',
  degC: 'Cel',
  '℃': 'Cel',
  '°F': '[degF]',
  degF: '[degF]',
  Ω: 'Ohm',
  µm: 'um',
  µA: 'uA',
  µs: 'us',
  mmHg: 'mm[Hg]',
  cmH2O: 'cm[H2O]',
  psi: '[psi]',
  rpm: '/min',
  RPM: '/min',
  bpm: '/min',
  sec: 's',
  hr: 'h',
  lpm: 'L/min',
};

const codeIn = (table: Readonly<Record<string, string>>, unit: string): string =>
  Object.hasOwn(table, unit) ? (table[unit] as string) : unit;

export const ucumOfSenml = (unit: string): string => codeIn(SENML, unit);

export const ucumOfDisplayed = (unit: string): string => codeIn(DISPLAYED, unit);
