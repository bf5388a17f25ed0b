// Gives a detector that knows little of its own the normal of its peers, once: what it began from stays with it until its own
// normal is known, whatever is learned of peers meanwhile.
import type { EpochMs } from '../../../contracts/time.ts';
import { type PeerNormal, type Peers, peerKey } from '../multivariate/peer-normals.ts';
import type { Detector } from '../state.ts';
import { PRIOR_FADED_MS, priorOf } from './prior.ts';

/** To be stored at once: a copy of the state that is made again later may find other peers. */
export interface ColdStartEffect {
  kind: 'cold-start';
  atMs: EpochMs;
}

export interface ColdStart {
  /** What peers call normal, `null` when they do not say. */
  normalOf(mode: string, metric: string): PeerNormal | null;
  /** `hasDriver`: the metric is judged by what another leaves unexplained. */
  begin(detector: Detector, metric: string, hasDriver: boolean): void;
  /** True when something has begun from its peers since it was asked last. */
  takeBegun(): boolean;
}

const NONE: Peers = new Map();

export function createColdStart(peers: Peers = NONE): ColdStart {
  let hasBegun = false;
  return {
    normalOf: (mode, metric) => peers.get(peerKey(mode, metric)) ?? null,
    begin(detector, metric, hasDriver) {
      if (detector.learnedMs >= PRIOR_FADED_MS) {
        if (detector.peers != null) detector.peers = null;
        return;
      }
      if (detector.peers !== undefined) return;
      const normal = peers.get(peerKey(detector.mode, metric));
      if (normal === undefined) return;
      detector.peers = priorOf(normal, hasDriver);
      hasBegun = true;
    },
    takeBegun() {
      const had = hasBegun;
      hasBegun = false;
      return had;
    },
  };
}
