// Catalogue of the simulated MRI 1.5 T.
import type { Product } from '../../contracts/product.ts';
import { horizonOfWeeks, metricsEvery } from './metric.ts';

const metric = metricsEvery(60);

export const mriProduct: Product = {
  code: 'MRI-15T',
  name: { en: 'MRI 1.5 T', zh: '1.5T 磁共振' },
  line: 'imaging',
  lineName: { en: 'Imaging', zh: '医学影像' },
  kind: 'mri',
  modeMetric: 'mode',
  metrics: [
    metric.mode(),
    metric.gauge(
      'helium_level',
      '%',
      { en: 'Helium level', zh: '液氦液位' },
      { normal: [65, 95], plausible: [0, 100], noticeable: 1 },
    ),
    metric.gauge(
      'helium_pressure',
      'kPa',
      { en: 'Helium pressure', zh: '液氦压力' },
      { normal: [7, 9], plausible: [0, 60], noticeable: 0.3 },
    ),
    metric.gauge(
      'coldhead_temp',
      'K',
      { en: 'Cold head temperature', zh: '冷头温度' },
      { normal: [3.9, 4.3], plausible: [2, 300], noticeable: 0.1 },
    ),
    metric.gauge(
      'compressor_high',
      'MPa',
      { en: 'Compressor high side', zh: '压缩机高压' },
      { normal: [2, 2.2], plausible: [0, 4], noticeable: 0.03 },
    ),
    metric.gauge(
      'compressor_current',
      'A',
      { en: 'Compressor current', zh: '压缩机电流' },
      { normal: [12, 14], plausible: [0, 40], noticeable: 0.3 },
    ),
    metric.gauge(
      'chiller_water_temp',
      'Cel',
      { en: 'Chiller water temperature', zh: '水冷机水温' },
      { normal: [10, 14], plausible: [0, 60], noticeable: 1 },
    ),
    metric.gauge(
      'chiller_flow',
      'L/min',
      { en: 'Chiller flow', zh: '水冷机流量' },
      { normal: [28, 34], plausible: [0, 60], noticeable: 1 },
    ),
    metric.gauge(
      'gradient_temp',
      'Cel',
      { en: 'Gradient coil temperature', zh: '梯度线圈温度' },
      { normal: [22, 45], plausible: [0, 120], noticeable: 3 },
    ),
    metric.gauge(
      'rf_reflected',
      'W',
      { en: 'Reflected RF power', zh: '射频反射功率' },
      { normal: [5, 30], plausible: [0, 500], noticeable: 5 },
    ),
    metric.gauge(
      'room_temp',
      'Cel',
      { en: 'Scan room temperature', zh: '扫描间温度' },
      { normal: [19, 22], plausible: [-10, 60], noticeable: 1 },
    ),
    metric.gauge(
      'room_humidity',
      '%',
      { en: 'Scan room humidity', zh: '扫描间湿度' },
      { normal: [40, 60], plausible: [0, 100], noticeable: 6 },
    ),
    metric.counter('scan_count', '{count}', { en: 'Examinations', zh: '检查例数' }),
  ],
  components: [
    {
      code: 'cold-head',
      name: { en: 'Cold head', zh: '冷头' },
      criticality: 1,
      failureModes: [
        {
          code: 'displacer-wear',
          name: { en: 'Displacer worn', zh: '排出器磨损' },
          signs: [
            { metric: 'coldhead_temp', direction: 'up', failsAt: 5.1 },
            { metric: 'helium_pressure', direction: 'up' },
            { metric: 'helium_level', direction: 'down' },
          ],
          remedy: { en: 'Replace the cold head', zh: '更换冷头' },
          part: 'P-COLD-HEAD',
          labourHours: 10,
          people: 2,
          remote: false,
          horizonHours: horizonOfWeeks(4, 10),
          unplannedFactor: 2.2,
          unplannedDowntimeHours: 60,
        },
      ],
    },
    {
      code: 'compressor',
      name: { en: 'Helium compressor', zh: '氦压缩机' },
      criticality: 0.9,
      failureModes: [
        {
          code: 'absorber-saturated',
          name: { en: 'Absorber saturated', zh: '吸附器饱和' },
          signs: [
            { metric: 'compressor_high', direction: 'down', failsAt: 1.98 },
            { metric: 'compressor_current', direction: 'up', failsAt: 13.9 },
          ],
          remedy: { en: 'Replace the absorber', zh: '更换吸附器' },
          part: 'P-ABSORBER',
          labourHours: 4,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(3, 8),
          unplannedFactor: 2,
          unplannedDowntimeHours: 30,
        },
      ],
    },
    {
      code: 'chiller',
      name: { en: 'Chiller', zh: '水冷机' },
      criticality: 0.8,
      failureModes: [
        {
          code: 'chiller-pump-wear',
          name: { en: 'Pump worn or fouled', zh: '水泵磨损或结垢' },
          signs: [
            { metric: 'chiller_flow', direction: 'down', failsAt: 26.7 },
            { metric: 'chiller_water_temp', direction: 'up', failsAt: 14.5 },
          ],
          remedy: { en: 'Replace the chiller pump', zh: '更换水泵' },
          part: 'P-CHILLER-PUMP',
          labourHours: 3,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(1, 3),
          unplannedFactor: 1.8,
          unplannedDowntimeHours: 20,
        },
      ],
    },
    {
      code: 'gradient-amplifier',
      name: { en: 'Gradient amplifier', zh: '梯度放大器' },
      criticality: 0.8,
      failureModes: [
        {
          code: 'gradient-fan-failing',
          name: { en: 'Fan failing', zh: '风扇失效' },
          signs: [{ metric: 'gradient_temp', direction: 'up', failsAt: 49 }],
          remedy: { en: 'Replace the fan', zh: '更换风扇' },
          part: 'P-GRADIENT-FAN',
          labourHours: 2,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(0.5, 1.5),
          unplannedFactor: 1.9,
          unplannedDowntimeHours: 16,
        },
      ],
    },
  ],
};
