// Names, in both languages, of the closed vocabularies costs are pivoted by.
import type { CostElement, Dimension } from '../../contracts/costs.ts';
import type { Text } from '../../contracts/text.ts';
import type { ServiceType, WorkOrderKind } from '../../contracts/work-order-states.ts';

const ELEMENTS: Readonly<Record<CostElement, Text>> = {
  labour: { en: 'Labour', zh: '人工' },
  parts: { en: 'Parts', zh: '备件' },
  travel: { en: 'Travel', zh: '差旅' },
  freight: { en: 'Freight', zh: '运费' },
  subcontract: { en: 'Subcontract', zh: '外包' },
  remote: { en: 'Remote support', zh: '远程支持' },
  'downtime-penalty': { en: 'Downtime penalty', zh: '停机违约金' },
  overhead: { en: 'Overhead', zh: '管理费用' },
};

const KINDS: Readonly<Record<WorkOrderKind, Text>> = {
  corrective: { en: 'Corrective', zh: '故障维修' },
  preventive: { en: 'Preventive', zh: '预防性维护' },
  predictive: { en: 'Predictive', zh: '预测性维护' },
  inspection: { en: 'Inspection', zh: '巡检' },
  'remote-support': { en: 'Remote support', zh: '远程支持' },
  installation: { en: 'Installation', zh: '安装' },
  'field-change': { en: 'Field change', zh: '现场改造' },
};

const SERVICE: Readonly<Record<ServiceType, Text>> = {
  'on-site': { en: 'On site', zh: '现场服务' },
  remote: { en: 'Remote', zh: '远程服务' },
  bench: { en: 'Bench repair', zh: '返厂维修' },
  'parts-only': { en: 'Parts only', zh: '仅供备件' },
  subcontract: { en: 'Subcontract', zh: '委外服务' },
};

const CONTRACT_TYPES: Readonly<Record<string, Text>> = {
  'full-service': { en: 'Full service', zh: '全保' },
  'labour-only': { en: 'Labour only', zh: '人工保' },
  'parts-only': { en: 'Parts only', zh: '备件保' },
  'pm-only': { en: 'PM only', zh: '保养合同' },
  'time-and-materials': { en: 'Time and materials', zh: '按次计费' },
  'usage-based': { en: 'Usage based', zh: '按量计费' },
  uptime: { en: 'Uptime guarantee', zh: '开机率保证' },
};

/** Vocabulary by dimension; dimensions that are not here take their names from master data or show their code. */
export const WORDS: Readonly<Partial<Record<string, Readonly<Record<string, Text>>>>> = {
  element: ELEMENTS,
  'maintenance-kind': KINDS,
  'service-type': SERVICE,
  'contract-type': CONTRACT_TYPES,
};

export const DIMENSION_NAMES: Readonly<Record<Dimension, Text>> = {
  'product-line': { en: 'Product line', zh: '产品线' },
  product: { en: 'Product', zh: '产品' },
  device: { en: 'Device', zh: '设备' },
  component: { en: 'Component', zh: '部件' },
  customer: { en: 'Customer', zh: '客户' },
  'customer-group': { en: 'Customer group', zh: '客户集团' },
  contract: { en: 'Contract', zh: '合同' },
  'contract-type': { en: 'Contract type', zh: '合同类型' },
  'service-type': { en: 'Service type', zh: '服务方式' },
  'maintenance-kind': { en: 'Maintenance kind', zh: '维护类型' },
  region: { en: 'Region', zh: '区域' },
  station: { en: 'Station', zh: '服务站' },
  engineer: { en: 'Engineer', zh: '工程师' },
  element: { en: 'Cost element', zh: '成本要素' },
  'work-order': { en: 'Work order', zh: '工单' },
  period: { en: 'Month', zh: '月份' },
  pool: { en: 'Pool', zh: '成本池' },
};

/** A cost that has no value in a dimension, for example shared cost nobody carries yet. */
export const NOT_ASSIGNED: Text = { en: 'Not assigned', zh: '未归属' };
