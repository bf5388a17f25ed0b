// Catalogue of the simulated infusion pump.
import type { Product } from '../../contracts/product.ts';
import { horizonOfWeeks, metricsEvery } from './metric.ts';

const metric = metricsEvery(60);

export const infusionPumpProduct: Product = {
  code: 'PUMP-VOL',
  name: { en: 'Volumetric infusion pump', zh: '输液泵' },
  line: 'critical-care',
  lineName: { en: 'Critical care', zh: '急危重症' },
  kind: 'infusion-pump',
  modeMetric: 'mode',
  metrics: [
    metric.mode(),
    metric.gauge(
      'motor_current',
      'mA',
      { en: 'Motor current', zh: '电机电流' },
      { normal: [70, 110], plausible: [0, 1000], noticeable: 4 },
    ),
    metric.gauge(
      'drive_backlash',
      'um',
      { en: 'Drive backlash', zh: '传动间隙' },
      { normal: [10, 40], plausible: [0, 500], noticeable: 4 },
    ),
    metric.gauge(
      'pressure_offset',
      'kPa',
      { en: 'Pressure sensor offset', zh: '压力传感器零漂' },
      { normal: [-1, 1], plausible: [-50, 50], noticeable: 0.3 },
    ),
    metric.gauge(
      'air_detector',
      '%',
      { en: 'Air detector signal', zh: '气泡探测信号' },
      { normal: [92, 100], plausible: [0, 110], noticeable: 3 },
    ),
    metric.gauge(
      'flow_error',
      '%',
      { en: 'Flow error', zh: '流速误差' },
      { normal: [-2, 2], plausible: [-100, 100], noticeable: 1 },
    ),
    metric.gauge(
      'battery_capacity',
      '%',
      { en: 'Battery capacity', zh: '电池容量' },
      { normal: [70, 100], plausible: [0, 110], noticeable: 3 },
    ),
    metric.counter('door_cycles', '{count}', { en: 'Door cycles', zh: '泵门开合次数' }),
  ],
  components: [
    {
      code: 'drive',
      name: { en: 'Drive', zh: '传动机构' },
      criticality: 1,
      failureModes: [
        {
          code: 'drive-wear',
          name: { en: 'Drive worn', zh: '传动磨损' },
          signs: [
            { metric: 'drive_backlash', direction: 'up', failsAt: 45 },
            { metric: 'motor_current', direction: 'up', failsAt: 112 },
          ],
          remedy: { en: 'Replace the drive on the bench', zh: '返修更换传动机构' },
          part: 'P-PUMP-DRIVE',
          labourHours: 1,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(4, 10),
          unplannedFactor: 2.6,
          unplannedDowntimeHours: 4,
        },
      ],
    },
    {
      code: 'pressure-sensor',
      name: { en: 'Pressure sensor', zh: '压力传感器' },
      criticality: 0.8,
      failureModes: [
        {
          code: 'pressure-sensor-drift',
          name: { en: 'Sensor drifting', zh: '传感器漂移' },
          signs: [{ metric: 'pressure_offset', direction: 'either', failsAt: 1.4 }],
          remedy: { en: 'Calibrate or replace the sensor', zh: '校准或更换传感器' },
          part: 'P-PRESSURE-SENSOR',
          labourHours: 0.5,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(2, 8),
          unplannedFactor: 2.6,
          unplannedDowntimeHours: 4,
        },
      ],
    },
  ],
};
