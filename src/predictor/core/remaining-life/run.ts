// The neutral shape of a life that is watched: at each step how much the unit was used, the conditions it worked under,
// and what its sensors said. No names and no units: columns are told apart by their place alone.

export interface Run {
  readonly id: string;
  readonly steps: number;
  /** Usage (cycles, hours) at each step, growing. */
  readonly usage: Float64Array;
  /** Row-major, steps x conditions: settings that say how it was worked, not how it is. May have no columns. */
  readonly conditions: Float64Array;
  /** Row-major, steps x sensors; NaN where a sensor said nothing. */
  readonly sensors: Float64Array;
}

export interface RunShape {
  readonly conditions: number;
  readonly sensors: number;
}
