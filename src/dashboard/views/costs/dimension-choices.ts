// Which dimensions each choice of the cost screens offers, always in the one order dimensions have.
import { type Dimension, DIMENSIONS } from '../../../contracts/costs.ts';

const allBut = (...left: readonly Dimension[]): readonly Dimension[] => DIMENSIONS.filter((one) => !left.includes(one));

/** What receivers of shared cost are told apart by, as far as one would choose from it. */
export const RECEIVER_DIMENSIONS = allBut('engineer', 'element', 'work-order', 'period', 'pool');
/** By which a trial and the methods are compared. */
export const COMPARED_DIMENSIONS = allBut('component', 'engineer', 'work-order', 'period');
/** Who carries shared cost in its picture, where elements and pools are already. */
export const FLOW_DIMENSIONS = allBut('element', 'period', 'pool');
/** With as many groups as can be forecast. */
export const FORECAST_DIMENSIONS = allBut('period', 'work-order', 'device');
