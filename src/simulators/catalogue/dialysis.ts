// Catalogue of the simulated haemodialysis machine.
import type { Product } from '../../contracts/product.ts';
import { horizonOfWeeks, metricsEvery } from './metric.ts';

const metric = metricsEvery(10);

export const dialysisProduct: Product = {
  code: 'HD-900',
  name: { en: 'Haemodialysis machine', zh: '血液透析机' },
  line: 'blood-care',
  lineName: { en: 'Blood care', zh: '血液净化与储血' },
  kind: 'dialysis',
  modeMetric: 'mode',
  metrics: [
    metric.mode(),
    metric.gauge(
      'conductivity_error',
      'mS/cm',
      { en: 'Conductivity error', zh: '电导度误差' },
      { normal: [-0.05, 0.05], plausible: [-5, 5], noticeable: 0.015 },
    ),
    metric.gauge(
      'uf_error',
      'mL/h',
      { en: 'Ultrafiltration error', zh: '超滤误差' },
      { normal: [-20, 20], plausible: [-2000, 2000], noticeable: 8 },
    ),
    metric.gauge(
      'blood_pump_current',
      'A',
      { en: 'Blood pump current', zh: '血泵电流' },
      { normal: [0.5, 0.8], plausible: [0, 5], noticeable: 0.05 },
    ),
    metric.gauge(
      'dialysate_temp',
      'Cel',
      { en: 'Dialysate temperature', zh: '透析液温度' },
      { normal: [36.5, 37.5], plausible: [5, 95], noticeable: 0.3 },
    ),
    metric.gauge(
      'degas_pressure',
      'kPa',
      { en: 'Degassing pressure', zh: '除气负压' },
      { normal: [-85, -75], plausible: [-101, 10], noticeable: 3 },
    ),
    metric.gauge(
      'heater_duty',
      '%',
      { en: 'Heater duty', zh: '加热占空比' },
      { normal: [30, 55], plausible: [0, 100], noticeable: 5 },
    ),
    metric.counter('treatments', '{count}', { en: 'Treatments', zh: '治疗例数' }),
  ],
  components: [
    {
      code: 'conductivity-cell',
      name: { en: 'Conductivity cell', zh: '电导度电极' },
      criticality: 0.9,
      failureModes: [
        {
          code: 'conductivity-drift',
          name: { en: 'Cell drifting', zh: '电导度漂移' },
          signs: [{ metric: 'conductivity_error', direction: 'either', failsAt: 0.07 }],
          remedy: { en: 'Calibrate, or replace the cell', zh: '校准或更换电极' },
          part: 'P-CONDUCTIVITY-CELL',
          labourHours: 1,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(2, 6),
          unplannedFactor: 2.2,
          unplannedDowntimeHours: 12,
        },
      ],
    },
    {
      code: 'uf-pump',
      name: { en: 'Ultrafiltration pump', zh: '超滤泵' },
      criticality: 1,
      failureModes: [
        {
          code: 'uf-pump-wear',
          name: { en: 'Pump worn', zh: '超滤泵磨损' },
          signs: [{ metric: 'uf_error', direction: 'either' }],
          remedy: { en: 'Replace the pump', zh: '更换超滤泵' },
          part: 'P-UF-PUMP',
          labourHours: 2,
          people: 1,
          remote: false,
          horizonHours: horizonOfWeeks(2, 5),
          unplannedFactor: 2.2,
          unplannedDowntimeHours: 16,
        },
      ],
    },
  ],
};
