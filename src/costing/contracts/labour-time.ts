// How long the labour of facts took, for statements that price or count it.

/** To the millisecond where it was captured; what was posted by hand is known in thousandths of an hour. */
export const labourMs = (facts: string): string => `coalesce(${facts}.duration_ms, ${facts}.quantity_milli * 3600)`;
