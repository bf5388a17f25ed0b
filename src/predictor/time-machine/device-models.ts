// The models of one side of a comparison, made ready to be asked of devices of the past.
import type { ActionCosts } from '../core/prognosis.ts';
import { keyOfTarget } from '../core/time-machine/compare.ts';
import type { TriggerMode } from '../core/trigger/decide.ts';
import { FALLS_AT } from '../core/horizon/watch.ts';
import { createHorizonAsk } from '../horizon/ask.ts';
import type { LoadedModel } from '../models/load-model.ts';
import type { PastFacts } from './device-past.ts';
import type { DeviceModels } from './judge-device.ts';
import { bookOf } from './model-candidate.ts';

export interface DeviceModelsOptions {
  facts: PastFacts;
  models: readonly LoadedModel[];
  mode: TriggerMode;
  /** As they are estimated now, by device. */
  costsOf: (device: string) => ReadonlyMap<string, ActionCosts> | undefined;
}

export function deviceModels({ facts, models, mode, costsOf }: DeviceModelsOptions): DeviceModels {
  const horizon = createHorizonAsk({
    facts,
    economics: async (device, component, failureMode) =>
      costsOf(device)?.get(keyOfTarget({ component, failureMode })) ?? null,
    book: bookOf(models),
    // An episode is kept with the words of its first finding; an answer that does not stand above the threshold begins none.
    isExplained: ({ value, isStrange }, { threshold, hasEpisode, wasOver }) =>
      !hasEpisode && !isStrange && threshold !== null && value >= (wasOver ? threshold * FALLS_AT : threshold),
  });
  return { horizon, lives: models.filter(({ kind }) => kind === 'remaining-life'), mode };
}
