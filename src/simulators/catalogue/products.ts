// The catalogue of every simulated kind.
import type { Product } from '../../contracts/product.ts';
import type { Kind } from '../models/kind-model.ts';
import { ctProduct } from './ct.ts';
import { dialysisProduct } from './dialysis.ts';
import { infusionPumpProduct } from './infusion-pump.ts';
import { mriProduct } from './mri.ts';
import { refrigeratorProduct } from './refrigerator.ts';
import { ventilatorProduct } from './ventilator.ts';

export const PRODUCTS: Readonly<Record<Kind, Product>> = {
  mri: mriProduct,
  ct: ctProduct,
  ventilator: ventilatorProduct,
  'infusion-pump': infusionPumpProduct,
  dialysis: dialysisProduct,
  refrigerator: refrigeratorProduct,
};
