// Where a cost of a pivot comes from: posted on what it is about, allocated to it, shared and not placed by any run, or the price of
// capacity nobody used, which is nobody's to carry.
export const ORIGINS = ['direct', 'allocated', 'unallocated', 'unused'] as const;
export type Origin = (typeof ORIGINS)[number];

/** Shared cost that no receiver carries. */
export type Uncarried = Extract<Origin, 'unallocated' | 'unused'>;

/** Whole minor units by where they come from. */
export type Amounts = Record<Origin, bigint>;

export const byOrigin = <Of>(of: (origin: Origin) => Of): Record<Origin, Of> => ({
  direct: of('direct'),
  allocated: of('allocated'),
  unallocated: of('unallocated'),
  unused: of('unused'),
});

export const NOTHING: Amounts = byOrigin(() => 0n);
export const totalOf = (amounts: Amounts): bigint => ORIGINS.reduce((sum, origin) => sum + amounts[origin], 0n);
export const plus = (a: Amounts, b: Amounts): Amounts => byOrigin((origin) => a[origin] + b[origin]);
