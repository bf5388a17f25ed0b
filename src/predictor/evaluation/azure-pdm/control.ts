// The control: failures dealt out to other machines and times, so that nothing leads to them. A method that still shows skill on
// them has looked where it must not.
import { HOUR_MS } from '../../../contracts/time.ts';
import { trainHorizon } from '../../core/horizon/train.ts';
import { seededRandom } from '../../core/random.ts';
import type { Figures, Progress } from '../suite.ts';
import { figuresOf } from './figures.ts';
import type { Recording } from './recording.ts';
import { predict, scoredRows, trainingPart } from './split.ts';

export function controlFigures(recording: Recording, seed: number, progress: Progress): Figures {
  progress.begin('shuffled control', 1);
  const dealt = shuffled(recording, seed);
  const trained = trainHorizon(dealt.histories, {
    ...trainingPart(dealt),
    seed,
    withMetrics: false,
    onProgress: (done, steps) => progress.tell(done / steps),
  });
  if (trained === null) return {};
  const scored = scoredRows(dealt, trained.model);
  const figures = figuresOf('shuffled_', predict(trained.model, scored), scored);
  return Object.fromEntries(Object.entries(figures).filter(([name]) => /_any_(auc|f1|brierSkill)$/.test(name)));
}

/** As many failures of each component as before, each of a machine and at an hour that chance chose; they replace nothing. */
function shuffled(recording: Recording, seed: number): Recording {
  const { histories, firstMs, lastMs } = recording;
  const random = seededRandom(seed);
  const dealt = histories.map((history) => ({
    ...history,
    happenings: history.happenings.filter(({ kind }) => kind !== 'failed'),
  }));
  for (const { happenings } of histories) {
    for (const happening of happenings) {
      if (happening.kind !== 'failed') continue;
      const unit = dealt[Math.floor(random() * dealt.length)] as (typeof dealt)[number];
      const hours = Math.floor((random() * (lastMs - firstMs)) / HOUR_MS);
      unit.happenings.push({ ...happening, atMs: firstMs + hours * HOUR_MS });
    }
  }
  for (const { happenings } of dealt) happenings.sort((a, b) => a.atMs - b.atMs);
  return { ...recording, histories: dealt };
}
