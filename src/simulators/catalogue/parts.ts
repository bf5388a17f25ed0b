// The spare parts that the failure modes of the simulated products ask for, at list cost.
import type { Money } from '../../contracts/money.ts';
import type { Text } from '../../contracts/text.ts';

export interface CataloguePart {
  code: string;
  name: Text;
  unitCost: Money;
  leadTimeMeanDays: number;
  leadTimeSdDays: number;
}

const cny = (amount: string): Money => ({ amount, currency: 'CNY' });

export const PARTS: readonly CataloguePart[] = [
  {
    code: 'P-COLD-HEAD',
    name: { en: 'Cold head', zh: '冷头' },
    unitCost: cny('180000.00'),
    leadTimeMeanDays: 45,
    leadTimeSdDays: 10,
  },
  {
    code: 'P-ABSORBER',
    name: { en: 'Compressor absorber', zh: '压缩机吸附器' },
    unitCost: cny('22000.00'),
    leadTimeMeanDays: 30,
    leadTimeSdDays: 7,
  },
  {
    code: 'P-CHILLER-PUMP',
    name: { en: 'Chiller pump', zh: '水冷机水泵' },
    unitCost: cny('9500.00'),
    leadTimeMeanDays: 14,
    leadTimeSdDays: 4,
  },
  {
    code: 'P-GRADIENT-FAN',
    name: { en: 'Gradient amplifier fan', zh: '梯度放大器风扇' },
    unitCost: cny('3200.00'),
    leadTimeMeanDays: 10,
    leadTimeSdDays: 3,
  },
  {
    code: 'P-CT-TUBE',
    name: { en: 'CT X-ray tube', zh: 'CT 球管' },
    unitCost: cny('420000.00'),
    leadTimeMeanDays: 40,
    leadTimeSdDays: 9,
  },
  {
    code: 'P-BRUSH-BLOCK',
    name: { en: 'Slip ring brush block', zh: '滑环碳刷组件' },
    unitCost: cny('12000.00'),
    leadTimeMeanDays: 21,
    leadTimeSdDays: 5,
  },
  {
    code: 'P-O2-CELL',
    name: { en: 'Oxygen cell', zh: '氧电池' },
    unitCost: cny('650.00'),
    leadTimeMeanDays: 7,
    leadTimeSdDays: 2,
  },
  {
    code: 'P-BLOWER',
    name: { en: 'Blower', zh: '涡轮' },
    unitCost: cny('7800.00'),
    leadTimeMeanDays: 14,
    leadTimeSdDays: 4,
  },
  {
    code: 'P-VENT-BATTERY',
    name: { en: 'Ventilator battery', zh: '呼吸机电池' },
    unitCost: cny('1900.00'),
    leadTimeMeanDays: 10,
    leadTimeSdDays: 3,
  },
  {
    code: 'P-FLOW-SENSOR',
    name: { en: 'Flow sensor', zh: '流量传感器' },
    unitCost: cny('1200.00'),
    leadTimeMeanDays: 7,
    leadTimeSdDays: 2,
  },
  {
    code: 'P-PUMP-DRIVE',
    name: { en: 'Infusion pump drive', zh: '输液泵传动机构' },
    unitCost: cny('900.00'),
    leadTimeMeanDays: 10,
    leadTimeSdDays: 3,
  },
  {
    code: 'P-PRESSURE-SENSOR',
    name: { en: 'Pressure sensor', zh: '压力传感器' },
    unitCost: cny('350.00'),
    leadTimeMeanDays: 7,
    leadTimeSdDays: 2,
  },
  {
    code: 'P-CONDUCTIVITY-CELL',
    name: { en: 'Conductivity cell', zh: '电导度电极' },
    unitCost: cny('2600.00'),
    leadTimeMeanDays: 14,
    leadTimeSdDays: 4,
  },
  {
    code: 'P-UF-PUMP',
    name: { en: 'Ultrafiltration pump', zh: '超滤泵' },
    unitCost: cny('4300.00'),
    leadTimeMeanDays: 14,
    leadTimeSdDays: 4,
  },
  {
    code: 'P-REFRIGERANT-KIT',
    name: { en: 'Refrigerant and seal kit', zh: '制冷剂与密封套件' },
    unitCost: cny('1500.00'),
    leadTimeMeanDays: 7,
    leadTimeSdDays: 2,
  },
];
