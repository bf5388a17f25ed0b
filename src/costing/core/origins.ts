// Where a cost of a pivot comes from: posted on what it is about, allocated to it, or shared and not placed by any run.
export const ORIGINS = ['direct', 'allocated', 'unallocated'] as const;
export type Origin = (typeof ORIGINS)[number];
