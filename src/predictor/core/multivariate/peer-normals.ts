// What devices of one product and firmware call normal, by operating mode and metric; part of a device's plan.

/** Among devices of one product and firmware; `mad`: of their normals, `spread`: of one device's values about its normal. */
export interface PeerNormal {
  devices: number;
  median: number;
  mad: number;
  spread: number;
}

/** By operating mode and metric. */
export type Peers = ReadonlyMap<string, PeerNormal>;
export const peerKey = (mode: string, metric: string): string => `${mode}\n${metric}`;
