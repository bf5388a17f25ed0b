// The demo's after-sales organisation: regions, stations, hospitals, contracts, engineers and where each device stands.
// Invented throughout; magnitudes a service manager would not laugh at.
import type { Contract, Customer, Engineer, Region, Site, Station } from '../../contracts/http/registry.ts';
import type { Money } from '../../contracts/money.ts';
import type { Text } from '../../contracts/text.ts';
import type { Tier } from '../hospital.ts';
import type { Kind } from '../models/kind-model.ts';

export const CURRENCY = 'CNY';
export const cny = (yuan: number): Money => ({ amount: yuan.toFixed(2), currency: CURRENCY });
const text = (en: string, zh: string): Text => ({ en, zh });

export const REGIONS: readonly Region[] = [
  { code: 'east', name: text('East', '华东') },
  { code: 'north', name: text('North', '华北') },
  { code: 'south', name: text('South', '华南') },
  { code: 'west', name: text('West', '西南') },
];

export const STATIONS: readonly Station[] = [
  { code: 'ST-SHA', name: text('Shanghai station', '上海服务站'), region: 'east', lat: 31.23, lon: 121.47 },
  { code: 'ST-HGH', name: text('Hangzhou station', '杭州服务站'), region: 'east', lat: 30.27, lon: 120.16 },
  { code: 'ST-BJS', name: text('Beijing station', '北京服务站'), region: 'north', lat: 39.9, lon: 116.4 },
  { code: 'ST-CAN', name: text('Guangzhou station', '广州服务站'), region: 'south', lat: 23.13, lon: 113.26 },
  { code: 'ST-CTU', name: text('Chengdu station', '成都服务站'), region: 'west', lat: 30.57, lon: 104.07 },
];

interface Hospital {
  customer: Customer;
  tier: Tier;
  station: string;
  lat: number;
  lon: number;
  distanceKm: number;
  contract: Contract['type'];
  pricePerYear: number;
  penaltyPerHour: number;
}

const hospital = (
  code: string,
  name: Text,
  group: string | null,
  tier: Tier,
  region: string,
  station: string,
  [lat, lon, distanceKm]: readonly [number, number, number],
  [contract, pricePerYear, penaltyPerHour]: readonly [Contract['type'], number, number],
): Hospital => ({
  customer: { code, name, group, tier, region },
  tier,
  station,
  lat,
  lon,
  distanceKm,
  contract,
  pricePerYear,
  penaltyPerHour,
});

export const HOSPITALS: readonly Hospital[] = [
  hospital(
    'C-PUJIANG',
    text('Pujiang University Hospital', '浦江大学附属医院'),
    'G-PUJIANG',
    'tertiary',
    'east',
    'ST-SHA',
    [31.21, 121.45, 14],
    ['uptime', 2_450_000, 1800],
  ),
  hospital(
    'C-MINHANG',
    text('Minhang Central Hospital', '闵行中心医院'),
    'G-PUJIANG',
    'secondary',
    'east',
    'ST-SHA',
    [31.11, 121.38, 32],
    ['full-service', 960_000, 0],
  ),
  hospital(
    'C-XIHU',
    text('West Lake Hospital', '西湖医院'),
    null,
    'tertiary',
    'east',
    'ST-HGH',
    [30.25, 120.15, 9],
    ['full-service', 1_380_000, 0],
  ),
  hospital(
    'C-JINHUA',
    text('Jinhua County Hospital', '金华县医院'),
    null,
    'primary',
    'east',
    'ST-HGH',
    [29.08, 119.65, 178],
    ['time-and-materials', 0, 0],
  ),
  hospital(
    'C-YANJING',
    text('Yanjing Hospital', '燕京医院'),
    'G-YANJING',
    'tertiary',
    'north',
    'ST-BJS',
    [39.92, 116.42, 11],
    ['uptime', 2_100_000, 2000],
  ),
  hospital(
    'C-TONGZHOU',
    text('Tongzhou District Hospital', '通州区医院'),
    'G-YANJING',
    'secondary',
    'north',
    'ST-BJS',
    [39.91, 116.66, 28],
    ['full-service', 820_000, 0],
  ),
  hospital(
    'C-BAODING',
    text('Baoding First Hospital', '保定第一医院'),
    null,
    'secondary',
    'north',
    'ST-BJS',
    [38.87, 115.46, 156],
    ['labour-only', 310_000, 0],
  ),
  hospital(
    'C-LINGNAN',
    text('Lingnan Medical Centre', '岭南医学中心'),
    'G-LINGNAN',
    'tertiary',
    'south',
    'ST-CAN',
    [23.12, 113.3, 8],
    ['uptime', 1_950_000, 1500],
  ),
  hospital(
    'C-SHUNDE',
    text('Shunde People’s Hospital', '顺德人民医院'),
    'G-LINGNAN',
    'secondary',
    'south',
    'ST-CAN',
    [22.84, 113.24, 46],
    ['full-service', 740_000, 0],
  ),
  hospital(
    'C-HUIZHOU',
    text('Huizhou Maternity Hospital', '惠州妇幼保健院'),
    null,
    'secondary',
    'south',
    'ST-CAN',
    [23.11, 114.42, 132],
    ['pm-only', 180_000, 0],
  ),
  hospital(
    'C-RONGCHENG',
    text('Rongcheng Hospital', '蓉城医院'),
    null,
    'tertiary',
    'west',
    'ST-CTU',
    [30.66, 104.06, 12],
    ['full-service', 1_260_000, 0],
  ),
  hospital(
    'C-MIANYANG',
    text('Mianyang Regional Hospital', '绵阳地区医院'),
    null,
    'secondary',
    'west',
    'ST-CTU',
    [31.47, 104.74, 118],
    ['parts-only', 420_000, 0],
  ),
];

export const CUSTOMERS: readonly Customer[] = HOSPITALS.map(({ customer }) => customer);

export const SITES: readonly Site[] = HOSPITALS.map(({ customer, lat, lon }) => ({
  code: siteOf(customer.code),
  name: customer.name,
  customer: customer.code,
  lat,
  lon,
}));

const contractOf = (customer: string): string => customer.replace('C-', 'K-');
function siteOf(customer: string): string {
  return customer.replace('C-', 'S-');
}

const NOTHING_LIMITED = { visits: null, hours: null, parts: null };

/** One contract a hospital, from the year before the history to the year after it. */
export const contractsFrom = (year: number): Contract[] =>
  HOSPITALS.map(({ customer, contract, pricePerYear, penaltyPerHour }) => ({
    code: contractOf(customer.code),
    customer: customer.code,
    type: contract,
    startsOn: `${year - 1}-01-01`,
    endsOn: `${year + 1}-12-31`,
    price: cny(pricePerYear),
    pricePer: 'year',
    included:
      contract === 'uptime' || contract === 'time-and-materials'
        ? NOTHING_LIMITED
        : { visits: 24, hours: 120, parts: cny(pricePerYear / 5) },
    tariff: { perHour: cny(420), perVisit: cny(800), partsMarkupPercent: 12 },
    responseHours: contract === 'uptime' ? 4 : 24,
    restorationHours: contract === 'uptime' ? 12 : 72,
    uptimeTarget: contract === 'uptime' ? 0.97 : null,
    penaltyPerHour: cny(penaltyPerHour),
  }));

const engineer = (
  code: string,
  name: Text,
  station: string,
  skills: readonly string[],
  yuanPerHour: number,
): Engineer => ({
  code,
  name,
  station,
  skills: [...skills],
  hourlyRate: cny(yuanPerHour),
});
const IMAGING = ['mri', 'ct'];
const WARD = ['ventilator', 'infusion-pump', 'dialysis', 'refrigerator'];

export const ENGINEERS: readonly Engineer[] = [
  engineer('E-CHEN', text('Chen Wei', '陈伟'), 'ST-SHA', IMAGING, 380),
  engineer('E-LIN', text('Lin Yue', '林悦'), 'ST-SHA', WARD, 260),
  engineer('E-ZHOU', text('Zhou Hang', '周航'), 'ST-HGH', [...IMAGING, ...WARD], 320),
  engineer('E-WANG', text('Wang Lei', '王磊'), 'ST-BJS', IMAGING, 370),
  engineer('E-ZHAO', text('Zhao Min', '赵敏'), 'ST-BJS', WARD, 250),
  engineer('E-HUANG', text('Huang Jian', '黄健'), 'ST-CAN', IMAGING, 350),
  engineer('E-LIANG', text('Liang Xin', '梁欣'), 'ST-CAN', WARD, 240),
  engineer('E-DENG', text('Deng Tao', '邓涛'), 'ST-CTU', [...IMAGING, ...WARD], 310),
];

export interface PlacedDevice {
  id: string;
  kind: Kind;
  tier: Tier;
  customer: string;
  site: string;
  station: string;
  contract: string;
  distanceKm: number;
  serial: string;
  installedYearsAgo: number;
}

/** How many of each kind, dealt round the hospitals: large ones first get the large machines. */
const FLEET: readonly (readonly [Kind, string, number])[] = [
  ['mri', 'MRI', 6],
  ['ct', 'CT', 10],
  ['ventilator', 'VENT', 16],
  ['infusion-pump', 'PUMP', 14],
  ['dialysis', 'HD', 8],
  ['refrigerator', 'FRIDGE', 6],
];
const LARGE: readonly Kind[] = ['mri'];

export function placedDevices(): PlacedDevice[] {
  const large = HOSPITALS.filter(({ tier }) => tier === 'tertiary');
  return FLEET.flatMap(([kind, prefix, count]) => {
    const places = LARGE.includes(kind) ? large : HOSPITALS;
    // Neighbours in the list go to different regions; a stride that shares no factor with the number of places.
    const stride = places.length % 5 === 0 ? 3 : 5;
    return Array.from({ length: count }, (_, index) => {
      const place = places[(index * stride + prefix.length) % places.length] as Hospital;
      return {
        id: `${prefix}-${String(index + 1).padStart(3, '0')}`,
        kind,
        tier: place.tier,
        customer: place.customer.code,
        site: siteOf(place.customer.code),
        station: place.station,
        contract: contractOf(place.customer.code),
        distanceKm: place.distanceKm,
        serial: `${prefix}${String(20_240_000 + index * 137 + prefix.length * 11)}`,
        installedYearsAgo: 1 + ((index * 3) % 6),
      };
    });
  });
}

/** Shared cost a month, with its pool and what spreads it. */
export const SHARED_COSTS = [
  {
    name: text('Call centre', '呼叫中心'),
    yuanPerMonth: 96_000,
    segment: {
      pool: 'call-centre',
      driver: 'work-order-hours',
      // One person, half of 160 hours a month at this desk: what no call uses of it stays unused.
      capacityMinutes: 80 * 60,
      activities: [
        { driver: 'installed-devices', minutes: 25 },
        { driver: 'visits', minutes: 90 },
        { driver: 'alarm-count', minutes: 30 },
      ],
    },
  },
  {
    name: text('Parts depots', '备件库'),
    yuanPerMonth: 74_000,
    segment: { pool: 'depots', driver: 'parts-value' },
  },
  {
    name: text('Engineer training', '工程师培训'),
    yuanPerMonth: 38_500,
    segment: { pool: 'training', driver: 'visits' },
  },
  {
    name: text('Monitoring platform', '监测平台'),
    yuanPerMonth: 61_200,
    segment: {
      pool: 'platform',
      driver: 'installed-devices',
      // What the direct method passes over, and the other methods count.
      services: [
        { pool: 'call-centre', share: 0.25 },
        { pool: 'depots', share: 0.05 },
      ],
    },
  },
] as const;

/** The allocation cycle that shares these costs out. */
export const COST_CYCLE = 'service-overhead';

export const ACCOUNTS = [
  { email: 'support@demo.stethos', name: '苏晴 Su Qing', role: 'support-engineer', regions: null, engineer: null },
  { email: 'manager@demo.stethos', name: '马骏 Ma Jun', role: 'manager', regions: null, engineer: null },
  {
    email: 'engineer@demo.stethos',
    name: '陈伟 Chen Wei',
    role: 'field-engineer',
    regions: ['east'],
    engineer: 'E-CHEN',
  },
  { email: 'controller@demo.stethos', name: '孔文 Kong Wen', role: 'controller', regions: null, engineer: null },
] as const;
/** Demo only: production makes its administrator's password itself and has no other account. */
export const DEMO_PASSWORD = 'stethos-demo';
