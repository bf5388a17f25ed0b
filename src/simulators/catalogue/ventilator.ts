// Catalogue of the simulated ventilator.
import type { Product } from '../../contracts/product.ts';
import { horizonOfWeeks, metricsEvery } from './metric.ts';

const metric = metricsEvery(10);

export const ventilatorProduct: Product = {
  code: 'VENT-ICU',
  name: { en: 'ICU ventilator', zh: '重症呼吸机' },
  line: 'critical-care',
  lineName: { en: 'Critical care', zh: '急危重症' },
  kind: 'ventilator',
  modeMetric: 'mode',
  metrics: [
    metric.mode(),
    metric.gauge(
      'o2_cell',
      'mV',
      { en: 'Oxygen cell voltage', zh: '氧电池电压' },
      { normal: [48, 60], plausible: [0, 100], noticeable: 1.5 },
    ),
    metric.gauge(
      'blower_speed',
      '1/min',
      { en: 'Blower speed', zh: '涡轮转速' },
      { normal: [0, 52_000], plausible: [0, 70_000], noticeable: 2500 },
    ),
    metric.gauge(
      'blower_current',
      'A',
      { en: 'Blower current', zh: '涡轮电流' },
      { normal: [0.4, 2.1], plausible: [0, 10], noticeable: 0.04 },
    ),
    metric.gauge(
      'filter_drop',
      'Pa',
      { en: 'Filter pressure drop', zh: '过滤器压降' },
      { normal: [60, 180], plausible: [0, 2000], noticeable: 15 },
    ),
    metric.gauge(
      'flow_offset',
      'mL/min',
      { en: 'Flow sensor offset', zh: '流量传感器零漂' },
      { normal: [-20, 20], plausible: [-2000, 2000], noticeable: 8 },
    ),
    metric.gauge(
      'exp_valve_response',
      'ms',
      { en: 'Expiratory valve response', zh: '呼气阀响应时间' },
      { normal: [18, 30], plausible: [0, 500], noticeable: 3 },
    ),
    metric.gauge(
      'leak',
      'L/min',
      { en: 'Leak', zh: '漏气量' },
      { normal: [2, 12], plausible: [0, 120], noticeable: 2 },
    ),
    metric.gauge(
      'battery_capacity',
      '%',
      { en: 'Battery capacity', zh: '电池容量' },
      { normal: [75, 100], plausible: [0, 110], noticeable: 2 },
    ),
    metric.gauge(
      'battery_temp',
      'Cel',
      { en: 'Battery temperature', zh: '电池温度' },
      { normal: [20, 38], plausible: [-20, 90], noticeable: 3 },
    ),
    metric.counter('run_hours', 'h', { en: 'Run hours', zh: '累计运行时间' }),
  ],
  components: [
    {
      code: 'o2-cell',
      name: { en: 'Oxygen cell', zh: '氧电池' },
      criticality: 0.7,
      failureModes: [
        {
          code: 'o2-cell-exhausted',
          name: { en: 'Cell exhausted', zh: '氧电池耗尽' },
          signs: [{ metric: 'o2_cell', direction: 'down', failsAt: 44 }],
          remedy: { en: 'Replace the oxygen cell', zh: '更换氧电池' },
          part: 'P-O2-CELL',
          labourHours: 0.5,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(2, 6),
          unplannedFactor: 2.5,
          unplannedDowntimeHours: 6,
        },
      ],
    },
    {
      code: 'blower',
      name: { en: 'Blower', zh: '涡轮' },
      criticality: 1,
      failureModes: [
        {
          code: 'blower-bearing-wear',
          name: { en: 'Bearing worn', zh: '轴承磨损' },
          signs: [{ metric: 'blower_current', direction: 'up', per: 'blower_speed' }],
          remedy: { en: 'Replace the blower', zh: '更换涡轮' },
          part: 'P-BLOWER',
          labourHours: 2,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(3, 8),
          unplannedFactor: 2.2,
          unplannedDowntimeHours: 24,
        },
      ],
    },
    {
      code: 'battery',
      name: { en: 'Battery', zh: '电池' },
      criticality: 0.6,
      failureModes: [
        {
          code: 'battery-fade',
          name: { en: 'Battery faded', zh: '电池衰减' },
          signs: [{ metric: 'battery_capacity', direction: 'down', failsAt: 55 }],
          remedy: { en: 'Replace the battery', zh: '更换电池' },
          part: 'P-VENT-BATTERY',
          labourHours: 0.5,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(9, 15),
          unplannedFactor: 2.4,
          unplannedDowntimeHours: 6,
        },
      ],
    },
    {
      code: 'flow-sensor',
      name: { en: 'Flow sensor', zh: '流量传感器' },
      criticality: 0.8,
      failureModes: [
        {
          code: 'flow-sensor-contaminated',
          name: { en: 'Sensor contaminated', zh: '传感器污染' },
          signs: [{ metric: 'flow_offset', direction: 'either', failsAt: 32 }],
          remedy: { en: 'Replace the flow sensor', zh: '更换流量传感器' },
          part: 'P-FLOW-SENSOR',
          labourHours: 0.5,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(1, 4),
          unplannedFactor: 2.4,
          unplannedDowntimeHours: 6,
        },
      ],
    },
  ],
};
