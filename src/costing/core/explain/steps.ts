// The way from a cell down to a fact, as it stands in a URL: steps with a slash between, the words of a step with a tilde
// (which no code has).
import { Problem } from '../../../contracts/problems.ts';

export type Step = readonly [name: string, ...words: string[]];

export const stepText = ([name, ...words]: Step): string => [name, ...words].join('~');
export const pathOf = (path: string, step: Step): string =>
  path === '' ? stepText(step) : `${path}/${stepText(step)}`;

/** A way of its own from the top: to what came into pools, which is not what is carried of them. */
export const POSTED: Step = ['own'];

/** More steps than any way has: pools are followed to a depth. */
const MOST_STEPS = 16;

export function stepsOf(path: string): Step[] {
  const steps = path === '' ? [] : path.split('/');
  if (steps.length > MOST_STEPS) throw wrongPath(path);
  return steps.map((step) => step.split('~') as [string, ...string[]]);
}

export const wrongPath = (path: string): Problem =>
  new Problem('validation-failed', `"${path}" leads nowhere here; take \`path\` of a node of the answer before`);
