// Catalogue of the simulated blood refrigerator.
import type { Product } from '../../contracts/product.ts';
import { horizonOfWeeks, metricsEvery } from './metric.ts';

const metric = metricsEvery(30);

export const refrigeratorProduct: Product = {
  code: 'BBR-400',
  name: { en: 'Blood refrigerator', zh: '储血冰箱' },
  line: 'blood-care',
  lineName: { en: 'Blood care', zh: '血液净化与储血' },
  kind: 'refrigerator',
  modeMetric: 'mode',
  metrics: [
    metric.mode(),
    metric.gauge(
      'product_temp',
      'Cel',
      { en: 'Product temperature', zh: '血袋温度' },
      { normal: [3, 5], plausible: [-40, 50], noticeable: 0.5 },
    ),
    metric.gauge(
      'evaporator_temp',
      'Cel',
      { en: 'Evaporator temperature', zh: '蒸发器温度' },
      { normal: [-12, -4], plausible: [-60, 50], noticeable: 1 },
    ),
    metric.gauge(
      'condenser_temp',
      'Cel',
      { en: 'Condenser temperature', zh: '冷凝器温度' },
      { normal: [30, 42], plausible: [0, 120], noticeable: 2 },
    ),
    metric.gauge(
      'power',
      'W',
      { en: 'Power', zh: '功率' },
      { normal: [40, 420], plausible: [0, 2000], noticeable: 25 },
    ),
    metric.gauge(
      'supply',
      'V',
      { en: 'Supply voltage', zh: '供电电压' },
      { normal: [220, 240], plausible: [0, 300], noticeable: 6 },
    ),
    metric.boolean('door_open', { en: 'Door open', zh: '柜门开启' }),
  ],
  components: [
    {
      code: 'refrigerant-circuit',
      name: { en: 'Refrigerant circuit', zh: '制冷管路' },
      criticality: 1,
      failureModes: [
        {
          code: 'refrigerant-leak',
          name: { en: 'Refrigerant leak', zh: '制冷剂泄漏' },
          signs: [
            { metric: 'evaporator_temp', direction: 'up' },
            { metric: 'product_temp', direction: 'up', failsAt: 6 },
            { metric: 'power', direction: 'up' },
          ],
          remedy: { en: 'Reseal and refill', zh: '补漏并加注制冷剂' },
          part: 'P-REFRIGERANT-KIT',
          labourHours: 3,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(0.5, 1.4),
          unplannedFactor: 2.4,
          unplannedDowntimeHours: 12,
        },
      ],
    },
    {
      code: 'condenser',
      name: { en: 'Condenser', zh: '冷凝器' },
      criticality: 0.7,
      failureModes: [
        {
          code: 'condenser-fouled',
          name: { en: 'Condenser fouled', zh: '冷凝器积灰' },
          signs: [
            { metric: 'condenser_temp', direction: 'up', failsAt: 45 },
            { metric: 'power', direction: 'up' },
          ],
          remedy: { en: 'Clean the condenser', zh: '清洁冷凝器' },
          part: null,
          labourHours: 1,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(2, 5),
          unplannedFactor: 3,
          unplannedDowntimeHours: 8,
        },
      ],
    },
  ],
};
