// Words for data quality: what can be wrong with what a device says, as opposed to with the device.

/** One episode is of one kind, about one metric or (empty metric) the device as a whole. */
export const QUALITY_KINDS = ['stale', 'gap', 'stuck', 'range', 'clock-skew', 'clock-step', 'clock-drift'] as const;
export type QualityKind = (typeof QUALITY_KINDS)[number];

/** The metric of an episode that concerns the whole device. */
export const WHOLE_DEVICE = '';
