// The kinds of model this program knows.
import { horizonFrom } from '../core/horizon/stored.ts';
import { lifeFrom } from '../core/remaining-life/stored-life.ts';
import { gatherHorizonSet } from '../horizon/gather.ts';
import { recentHorizonInputs } from '../horizon/recent-inputs.ts';
import { gatherLifeSet } from '../remaining-life/gather.ts';
import { recentLifeInputs } from '../remaining-life/recent-inputs.ts';
import { signDrift } from './built-in.ts';
import type { ModelKind, ModelKinds } from './kinds.ts';

const horizon: ModelKind = {
  kind: 'horizon',
  load: horizonFrom,
  gather: gatherHorizonSet,
  recent: recentHorizonInputs,
};
const remainingLife: ModelKind = {
  kind: 'remaining-life',
  load: lifeFrom,
  gather: gatherLifeSet,
  recent: recentLifeInputs,
};

export const KINDS: ModelKinds = { 'sign-drift': signDrift, horizon, 'remaining-life': remainingLife };
