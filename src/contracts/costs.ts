// Words of cost accounting that every room shares: elements, dimensions, and who carries a cost.

export const COST_ELEMENTS = [
  'labour',
  'parts',
  'travel',
  'freight',
  'subcontract',
  'remote',
  'downtime-penalty',
  'overhead',
] as const;
export type CostElement = (typeof COST_ELEMENTS)[number];

/** Dimensions a cost can be pivoted by, in the order screens offer them. */
export const DIMENSIONS = [
  'product-line',
  'product',
  'device',
  'component',
  'customer',
  'customer-group',
  'contract',
  'contract-type',
  'service-type',
  'maintenance-kind',
  'region',
  'station',
  'engineer',
  'element',
  'work-order',
  'period',
  'pool',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The two sides of the comparison; installations and field changes are neither, as is cost of no kind. */
export const PREVENTIVE_KINDS = ['preventive', 'predictive', 'inspection'] as const;
export const REACTIVE_KINDS = ['corrective', 'remote-support'] as const;

/** The dimensions of a job, frozen when it was opened, so that a later move of the device changes no old cost. */
export interface JobDimensions {
  workOrderId: number;
  device: string;
  component: string | null;
  productLine: string;
  product: string;
  customer: string;
  customerGroup: string | null;
  contract: string | null;
  contractType: string | null;
  serviceType: string;
  maintenanceKind: string;
  region: string;
  station: string;
}
