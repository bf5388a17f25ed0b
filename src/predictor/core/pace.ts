// How often a device has been speaking: a few paces with how much was heard at each, fading. What was learned at one pace says
// little about another (a cycling compressor sampled every three hours is always caught in the same half of its cycle), so a
// detector learns at a new pace before it speaks at it. A gap is a pace that was hardly heard.

export interface Pace {
  /** Binary logarithm of the time between two readings, in milliseconds. */
  octaves: number;
  /** How much was heard at it, in the unit of the detector that keeps it. */
  heard: number;
}

/** Steps within this of a pace belong to it. */
const NEAR_OCTAVES = 1.5;
const MOST_PACES = 4;
/** A pace follows its steps slowly, and one that is hardly heard any more is forgotten. */
const FOLLOWING = 0.02;
const FORGOTTEN = 1e-3;

/** Adds `weight` to the pace of `stepMs` and gives back how much was heard at it before; what is old fades over `memory`. */
export function hearPace(
  paces: Pace[],
  stepMs: number,
  { weight, memory }: { weight: number; memory: number },
): number {
  const octaves = Math.log2(Math.max(1, stepMs));
  const kept = Math.max(0, 1 - weight / memory);
  let nearest: Pace | null = null;
  let least: Pace | null = null;
  for (const pace of paces) {
    pace.heard *= kept;
    const apart = Math.abs(pace.octaves - octaves);
    if (apart <= NEAR_OCTAVES && (nearest === null || apart < Math.abs(nearest.octaves - octaves))) nearest = pace;
    if (least === null || pace.heard < least.heard) least = pace;
  }
  if (nearest !== null) {
    const before = nearest.heard;
    nearest.octaves += FOLLOWING * (octaves - nearest.octaves);
    nearest.heard = before + weight;
    return before;
  }
  if (least !== null && (paces.length >= MOST_PACES || least.heard < FORGOTTEN * weight)) {
    least.octaves = octaves;
    least.heard = weight;
  } else paces.push({ octaves, heard: weight });
  return 0;
}
