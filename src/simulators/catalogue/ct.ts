// Catalogue of the simulated 64-slice CT.
import type { Product } from '../../contracts/product.ts';
import { horizonOfWeeks, metricsEvery } from './metric.ts';

const metric = metricsEvery(30);

export const ctProduct: Product = {
  code: 'CT-64',
  name: { en: 'CT 64-slice', zh: '64排 CT' },
  line: 'imaging',
  lineName: { en: 'Imaging', zh: '医学影像' },
  kind: 'ct',
  modeMetric: 'mode',
  metrics: [
    metric.mode(),
    metric.gauge(
      'tube_arcs',
      '/h',
      { en: 'Tube arcs', zh: '球管打火率' },
      { normal: [0, 0.3], plausible: [0, 500], noticeable: 0.1 },
    ),
    metric.gauge(
      'anode_heat',
      '%',
      { en: 'Anode heat', zh: '阳极热容量' },
      { normal: [0, 80], plausible: [0, 110], noticeable: 10 },
    ),
    metric.gauge(
      'oil_temp',
      'Cel',
      { en: 'Tube oil temperature', zh: '球管油温' },
      { normal: [25, 55], plausible: [0, 120], noticeable: 3 },
    ),
    metric.gauge(
      'filament_current',
      'A',
      { en: 'Filament current', zh: '灯丝电流' },
      { normal: [4.2, 5], plausible: [0, 8], noticeable: 0.1 },
    ),
    metric.gauge(
      'tube_current_error',
      '%',
      { en: 'Tube current error', zh: '管电流误差' },
      { normal: [0, 2], plausible: [0, 100], noticeable: 0.5 },
    ),
    metric.gauge(
      'gantry_vibration',
      'mm/s',
      { en: 'Gantry vibration', zh: '机架振动' },
      { normal: [0, 1.4], plausible: [0, 50], noticeable: 0.2 },
    ),
    metric.gauge(
      'rotor_spinup',
      's',
      { en: 'Rotor spin-up time', zh: '旋转阳极启动时间' },
      { normal: [1.8, 2.2], plausible: [0, 20], noticeable: 0.08 },
    ),
    metric.gauge(
      'slipring_errors',
      '/h',
      { en: 'Slip ring errors', zh: '滑环误码率' },
      { normal: [0, 5], plausible: [0, 100_000], noticeable: 2 },
    ),
    metric.gauge(
      'detector_temp',
      'Cel',
      { en: 'Detector temperature', zh: '探测器温度' },
      { normal: [33, 37], plausible: [0, 80], noticeable: 0.8 },
    ),
    metric.counter('exposures', '{count}', { en: 'Exposures', zh: '曝光次数' }),
  ],
  components: [
    {
      code: 'x-ray-tube',
      name: { en: 'X-ray tube', zh: 'X 射线球管' },
      criticality: 1,
      failureModes: [
        {
          code: 'vacuum-loss',
          name: { en: 'Vacuum loss', zh: '真空度下降' },
          signs: [
            { metric: 'tube_arcs', direction: 'up', failsAt: 0.42 },
            { metric: 'tube_current_error', direction: 'up', failsAt: 2.5 },
          ],
          remedy: { en: 'Replace the tube', zh: '更换球管' },
          part: 'P-CT-TUBE',
          labourHours: 8,
          people: 2,
          remote: false,
          horizonHours: horizonOfWeeks(2, 6),
          unplannedFactor: 1.6,
          unplannedDowntimeHours: 48,
        },
      ],
    },
    {
      code: 'tube-bearing',
      name: { en: 'Anode bearing', zh: '阳极轴承' },
      criticality: 1,
      failureModes: [
        {
          code: 'anode-bearing-wear',
          name: { en: 'Bearing worn', zh: '轴承磨损' },
          signs: [
            { metric: 'rotor_spinup', direction: 'up', failsAt: 2.33 },
            { metric: 'gantry_vibration', direction: 'up', failsAt: 1.6 },
          ],
          remedy: { en: 'Replace the tube', zh: '更换球管' },
          part: 'P-CT-TUBE',
          labourHours: 8,
          people: 2,
          remote: false,
          horizonHours: horizonOfWeeks(3, 8),
          unplannedFactor: 1.6,
          unplannedDowntimeHours: 48,
        },
      ],
    },
    {
      code: 'slip-ring',
      name: { en: 'Slip ring', zh: '滑环' },
      criticality: 0.8,
      failureModes: [
        {
          code: 'brush-wear',
          name: { en: 'Brushes worn', zh: '碳刷磨损' },
          signs: [{ metric: 'slipring_errors', direction: 'up', failsAt: 14 }],
          remedy: { en: 'Replace the brush block', zh: '更换碳刷组件' },
          part: 'P-BRUSH-BLOCK',
          labourHours: 4,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(2, 5),
          unplannedFactor: 2,
          unplannedDowntimeHours: 24,
        },
      ],
    },
    {
      code: 'oil-cooler',
      name: { en: 'Oil cooler', zh: '油冷却器' },
      criticality: 0.6,
      failureModes: [
        {
          code: 'oil-cooler-clogged',
          name: { en: 'Cooler clogged', zh: '散热器堵塞' },
          signs: [{ metric: 'oil_temp', direction: 'up', failsAt: 54 }],
          remedy: { en: 'Clean the cooler with remote guidance', zh: '远程指导清洁散热器' },
          part: null,
          labourHours: 2,
          people: 1,
          remote: true,
          horizonHours: horizonOfWeeks(1, 2),
          unplannedFactor: 3,
          unplannedDowntimeHours: 8,
        },
      ],
    },
  ],
};
