// Margins of contracts over a service world, with the predictor's own reading of lives.
import { createContractMargins, type ContractMargins } from '../../src/costing/contracts/contract-margins.ts';
import { createSurvivalReads } from '../../src/predictor/survival/survival-reads.ts';
import type { ServiceWorld } from './service-world.ts';

export function openContractMargins({ database, clock, costing }: ServiceWorld): ContractMargins {
  const reads = createSurvivalReads(database, clock);
  return createContractMargins({
    database,
    clock,
    summary: (query, scope) => costing.reads.summary(query, scope),
    survival: (product) => reads.survival(product),
  });
}
