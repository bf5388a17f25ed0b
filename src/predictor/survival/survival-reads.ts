// How long the components of a product live, as the API shows it.
import type { ProductSurvival } from '../../contracts/http/survival.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Product } from '../../contracts/product.ts';
import type { Clock, EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { atAges, watchedOf } from '../core/survival/at-age.ts';
import { cohortsOf, fittedCurve, seenCurve } from '../core/survival/cohorts.ts';
import { byComponent, livesOfProduct } from './survival-fits.ts';

export interface SurvivalReads {
  /** Throws `not-found` for a product nobody knows. */
  survival(product: string): Promise<ProductSurvival>;
}

export const createSurvivalReads = (db: Queryable, clock: Clock): SurvivalReads => ({
  async survival(code) {
    const text = 'SELECT definition FROM product WHERE code = $1';
    const product = (await db.query<{ definition: Product }>(text, [code])).rows[0]?.definition;
    if (product === undefined) throw new Problem('not-found', `There is no product ${code}`);
    const lives = byComponent(await livesOfProduct(db, code, clock.now()));
    return {
      product: code,
      components: product.components.map(({ code: component, name }) => {
        const own = lives.get(component) ?? [];
        const { cohorts, whole } = cohortsOf(own);
        const watched = watchedOf(own);
        const curves = { fitted: fittedCurve(whole, own), seen: seenCurve(own) };
        return { component, name, cohorts, ...curves, watched, atAges: atAges(whole, watched) };
      }),
    };
  },
});

/** As it was known at a time. */
export const survivalAt =
  (db: Queryable) =>
  (product: string, atMs: EpochMs): Promise<ProductSurvival> =>
    createSurvivalReads(db, { now: () => atMs }).survival(product);
