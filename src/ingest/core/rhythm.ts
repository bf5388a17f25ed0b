// How far apart readings or deliveries usually come: a running median that follows by a small factor each time, so that a
// gap hardly moves it, and a device that was told to speak less often is soon believed.
import type { QualitySettings } from './quality-settings.ts';
import type { Rhythm } from './quality-state.ts';

/** Differences below these shares of the spacing are no news. */
const LONGER = 1.25;
const SHORTER = 0.8;

export function learnSpacing(rhythm: Rhythm, spacingMs: number, declaredMs: number, settings: QualitySettings): void {
  const { rhythmAfter, rhythmStep } = settings;
  const floored = Math.max(spacingMs, declaredMs);
  // The shortest of the first: one of them may span a gap.
  if (rhythm.seen < rhythmAfter) {
    rhythm.spacingMs = rhythm.seen === 0 ? floored : Math.min(rhythm.spacingMs, floored);
    rhythm.seen += 1;
  } else if (floored > rhythm.spacingMs * LONGER) rhythm.spacingMs *= rhythmStep;
  else if (floored < rhythm.spacingMs * SHORTER) rhythm.spacingMs = Math.max(declaredMs, rhythm.spacingMs / rhythmStep);
}

export const isKnown = (rhythm: Rhythm, { rhythmAfter }: QualitySettings): boolean => rhythm.seen >= rhythmAfter;
