// Seeded chance: named streams for noise, and a hash for draws that belong to a place in time rather than to an order
// of calls. The same seed gives the same numbers on every run.

export interface RandomStream {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal. */
  normal(): number;
  between(low: number, high: number): number;
}

/** FNV-1a with a final mix (Murmur3), 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Uniform in [0, 1) for draw number `salt` of slot `slot`: whoever asks, however often, gets the same answer. */
export const chanceOf = (seedHash: number, slot: number, salt: number): number =>
  mix(mix(seedHash ^ Math.imul(slot | 0, 0x9e3779b1)) ^ Math.imul(salt + 1, 0x85ebca77)) / 0x1_0000_0000;

/** A stream of its own per name (sfc32), so that one more metric changes no other metric's noise. */
export function createRandom(seed: string, name: string): RandomStream {
  let a = hashText(`${seed}/${name}`);
  let b = mix(a + 0x9e3779b9);
  let c = mix(b + 0x9e3779b9);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return {
    next,
    // Box-Muller without its second half: streams stay one draw pair per number, so they are easy to reason about.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    between: (low, high) => low + (high - low) * next(),
  };
}
