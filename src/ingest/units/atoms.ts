// The atoms and prefixes of UCUM (The Unified Code for Units of Measure) that devices in hospitals measure in. Each atom
// is defined by others, as in UCUM's own table, down to its seven base units.

/** Atom -> how many of which unit it is. Base units, and units that convert to nothing else, stand for themselves. */
export const ATOMS: Readonly<Record<string, readonly [factor: string, unit: string]>> = {
  '10*': ['10', '1'],
  '10^': ['10', '1'],
  '%': ['0.01', '1'],
  '[ppth]': ['0.001', '1'],
  '[ppm]': ['0.000001', '1'],
  '[ppb]': ['0.000000001', '1'],
  '[pptr]': ['0.000000000001', '1'],
  mol: ['602214076000000000000000', '1'],
  sr: ['1', 'rad2'],
  deg: ['0.01745329251994329577', 'rad'],
  Hz: ['1', 's-1'],
  N: ['1', 'kg.m/s2'],
  Pa: ['1', 'N/m2'],
  J: ['1', 'N.m'],
  W: ['1', 'J/s'],
  A: ['1', 'C/s'],
  V: ['1', 'J/C'],
  F: ['1', 'C/V'],
  Ohm: ['1', 'V/A'],
  S: ['1', 'A/V'],
  Wb: ['1', 'V.s'],
  T: ['1', 'Wb/m2'],
  G: ['0.0001', 'T'],
  H: ['1', 'Wb/A'],
  lm: ['1', 'cd.sr'],
  lx: ['1', 'lm/m2'],
  Bq: ['1', 's-1'],
  Gy: ['1', 'J/kg'],
  Sv: ['1', 'J/kg'],
  kat: ['1', 'mol/s'],
  eq: ['1', 'mol'],
  osm: ['1', 'mol'],
  min: ['60', 's'],
  h: ['3600', 's'],
  d: ['86400', 's'],
  wk: ['604800', 's'],
  a: ['31557600', 's'],
  l: ['0.001', 'm3'],
  L: ['0.001', 'm3'],
  t: ['1000', 'kg'],
  u: ['0.00000000000000000000000000166053906660', 'kg'],
  bar: ['100000', 'Pa'],
  atm: ['101325', 'Pa'],
  'm[Hg]': ['133322', 'Pa'],
  'm[H2O]': ['9806.65', 'Pa'],
  '[psi]': ['6894.757293168', 'Pa'],
  '[in_i]': ['0.0254', 'm'],
  '[ft_i]': ['0.3048', 'm'],
  '[lb_av]': ['0.45359237', 'kg'],
  '[gal_us]': ['0.003785411784', 'm3'],
  cal: ['4.184', 'J'],
  eV: ['0.0000000000000000001602176634', 'J'],
  By: ['8', 'bit'],
};

/** Base units of UCUM, and arbitrary or logarithmic ones that convert only to themselves. */
export const BASES: ReadonlySet<string> = new Set(
  'm s g rad K C cd bit [pH] [iU] [IU] [NTU] dB B[SPL] dB[W] dB[mW] var'.split(' '),
);

/** Scales with a zero of their own: kelvin = (value + offset) x factor. */
export const SCALES: Readonly<Record<string, { factor: readonly [string, string]; offset: string }>> = {
  Cel: { factor: ['1', '1'], offset: '273.15' },
  '[degF]': { factor: ['5', '9'], offset: '459.67' },
};

/** Atoms that take no prefix (UCUM 4.2: only metric units do). */
export const NOT_METRIC: ReadonlySet<string> = new Set(
  `10* 10^ % [ppth] [ppm] [ppb] [pptr] deg min h d wk a atm dB dB[W] dB[mW]
   [psi] [in_i] [ft_i] [lb_av] [gal_us] [pH] [IU] [NTU]`.split(/\s+/),
);

const powers = (first: number, step: number, names: string): Record<string, number> =>
  Object.fromEntries(names.split(' ').map((name, i) => [name, first + i * step]));

/** Prefix -> power of ten; of the binary ones the power of two. */
export const DECIMAL_PREFIXES: Readonly<Record<string, number>> = {
  ...powers(3, 3, 'k M G T P E Z Y'),
  ...powers(-3, -3, 'm u n p f a z y'),
  ...powers(-2, 1, 'c d'),
  ...powers(1, 1, 'da h'),
};
export const BINARY_PREFIXES: Readonly<Record<string, number>> = powers(10, 10, 'Ki Mi Gi Ti');
