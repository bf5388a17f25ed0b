// The kinds of device that can be simulated, by name.
import { ct } from './ct.ts';
import { dialysis } from './dialysis.ts';
import { infusionPump } from './infusion-pump.ts';
import type { Kind, KindModel } from './kind-model.ts';
import { mri } from './mri.ts';
import { refrigerator } from './refrigerator.ts';
import { ventilator } from './ventilator.ts';

export const KIND_MODELS: Readonly<Record<Kind, KindModel>> = {
  mri,
  ct,
  ventilator,
  'infusion-pump': infusionPump,
  dialysis,
  refrigerator,
};
