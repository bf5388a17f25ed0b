// What the evaluation asks of simulated devices: their readings as a commit brings them, and the truth about their faults.
// Who simulates them is the composition root's business; the predictor sees nothing but readings and repairs.
import type { Product } from '../../../contracts/product.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import type { Slice } from '../../core/assess.ts';

/** `look-alike`: the early sign of a failure mode for a benign cause, which passes without a failure. */
export type FaultKind = 'wear' | 'abrupt' | 'look-alike';

export interface InjectedFault {
  component: string;
  failureMode: string;
  kind: FaultKind;
  onsetMs: EpochMs;
  /** The failure, or for a look-alike when the sign has gone. */
  endMs: EpochMs;
  /** `null`: nothing was repaired. */
  repairedMs: EpochMs | null;
}

export interface SimulatedUnit {
  device: string;
  product: Product;
  fromMs: EpochMs;
  toMs: EpochMs;
  faults: readonly InjectedFault[];
  /** In order, one commit each; can be gone through again. */
  slices(): Iterable<Slice>;
}

export interface FleetOptions {
  seed: string;
  unitsPerKind: number;
  days: number;
}

export type SimulateFleet = (options: FleetOptions) => Iterable<SimulatedUnit>;
