// The process a model is fitted in: pure computing for seconds to minutes, which must hold up neither intake nor screens. It gets
// a gathered set, tells how far it is, and answers with the model or why not; it ends when whoever asked does.
import type { FitTask, FitWord } from './fit-words.ts';
import { FITS } from './fits.ts';

/** Often enough for a progress bar. */
const TELL_EVERY = 0.005;

function work({ task, kind, set, seed, content }: FitTask, tell: (share: number) => void): FitWord {
  const fit = FITS[kind];
  if (fit === null) throw new Error(`models of kind ${kind} are not learned`);
  if (task === 'evaluate') return { word: 'evaluated', ...fit.evaluate(content, set) };
  return { word: 'fitted', ...fit.fit(set, seed, tell) };
}

const say = (word: FitWord): void => void process.send?.(word);

process.once('disconnect', () => process.exit(0));
process.once('message', (task: FitTask) => {
  let told = 0;
  const tell = (share: number): void => {
    if (share - told < TELL_EVERY) return;
    told = share;
    say({ word: 'progress', share });
  };
  try {
    say(work(task, tell));
  } catch (error) {
    say({ word: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
});
