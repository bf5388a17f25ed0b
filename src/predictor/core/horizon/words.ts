// Puts a column of a row into words a support engineer uses, in both languages, with its unit.
import type { Text } from '../../../contracts/text.ts';
import type { Product } from '../../../contracts/product.ts';
import type { Column, ColumnKind } from './columns.ts';

export interface NamedColumn {
  /** The metric, code or component it is about; '' for the device as a whole. */
  about: string;
  name: Text;
  unit: string;
}

const HOURS = 'h';

/** How long a stretch of time is, as people say it. */
function stretch(hours: number): Text {
  const days = hours / 24;
  if (hours >= 48 && Number.isInteger(days)) return { en: `${days} days`, zh: `${days} 天` };
  return { en: `${hours} h`, zh: `${hours} 小时` };
}

type Say = (about: Text, window: Text) => NamedColumn['name'];

const SAYINGS: Readonly<Record<ColumnKind, { say: Say; unit: string | null }>> = {
  'clock-hour': { unit: HOURS, say: () => ({ en: 'Hour of the day (UTC)', zh: '一天中的时刻（UTC）' }) },
  'since-visit': {
    unit: HOURS,
    say: () => ({ en: 'Time since a component was last replaced', zh: '距上次更换部件的时间' }),
  },
  'since-any-event': { unit: HOURS, say: () => ({ en: 'Time since the last event', zh: '距上一个事件的时间' }) },
  'any-event-count': {
    unit: '',
    say: (_, window) => ({ en: `Events in ${window.en}`, zh: `${window.zh}内的事件数` }),
  },
  'event-count': {
    unit: '',
    say: (about, window) => ({ en: `Event ${about.en} in ${window.en}`, zh: `${window.zh}内事件 ${about.zh} 的次数` }),
  },
  'event-rate': {
    unit: '',
    say: (about, window) => ({
      en: `Event ${about.en} in ${window.en} against this unit's own past`,
      zh: `${window.zh}内事件 ${about.zh} 与本机以往之比`,
    }),
  },
  'since-event': {
    unit: HOURS,
    say: (about) => ({ en: `Time since event ${about.en}`, zh: `距上次事件 ${about.zh} 的时间` }),
  },
  'event-clock-hour': {
    unit: HOURS,
    say: (about) => ({ en: `Hour of the day of event ${about.en} (UTC)`, zh: `事件 ${about.zh} 发生的时刻（UTC）` }),
  },
  'component-age': { unit: HOURS, say: (about) => ({ en: `Age of ${about.en}`, zh: `${about.zh}使用时间` }) },
  'component-life-share': {
    unit: '',
    say: (about) => ({
      en: `Age of ${about.en} as a share of its usual life`,
      zh: `${about.zh}使用时间占通常寿命之比`,
    }),
  },
  'component-failures': {
    unit: '',
    say: (about) => ({ en: `Earlier failures of ${about.en}`, zh: `${about.zh}以往故障次数` }),
  },
  attribute: { unit: '', say: (about) => ({ en: `Attribute ${about.en}`, zh: `属性 ${about.zh}` }) },
  'metric-level': {
    unit: null,
    say: (about, window) => ({ en: `${about.en}, level over ${window.en}`, zh: `${about.zh}近 ${window.zh}水平` }),
  },
  'metric-deviation': {
    unit: '',
    say: (about, window) => ({
      en: `${about.en} over ${window.en}, standard deviations from this unit's normal`,
      zh: `${about.zh}近 ${window.zh}偏离本机正常值的标准差数`,
    }),
  },
  'metric-slope': {
    unit: '',
    say: (about) => ({ en: `${about.en}, recent change`, zh: `${about.zh}近期变化` }),
  },
  'metric-scatter': {
    unit: '',
    say: (about) => ({ en: `${about.en}, scatter against normal`, zh: `${about.zh}波动与正常之比` }),
  },
  'metric-silence': {
    unit: HOURS,
    say: (about) => ({ en: `Time since ${about.en} was last heard`, zh: `距上次收到${about.zh}的时间` }),
  },
  'day-channel': {
    unit: '',
    say: (_, window) => ({
      en: `Most unusual reading of any gauge, last ${window.en} to midnight (0 to 1)`,
      zh: `截至零点近 ${window.zh}内单个测点的最高异常程度（0～1）`,
    }),
  },
  'day-gauges': {
    unit: '',
    say: (_, window) => ({
      en: `Unusual gauges in one day, most in the last ${window.en} to midnight`,
      zh: `截至零点近 ${window.zh}内单日异常测点数的最大值`,
    }),
  },
  'day-drift': {
    unit: '',
    say: (_, window) => ({
      en: `Largest drift of any gauge, last ${window.en} to midnight (1 = limit)`,
      zh: `截至零点近 ${window.zh}内测点的最大偏移（1 为限值）`,
    }),
  },
  'day-joint': {
    unit: 'bit',
    say: (_, window) => ({
      en: `Rarity of the gauges taken together, most in the last ${window.en} to midnight`,
      zh: `截至零点近 ${window.zh}内参数联动的最大异常程度`,
    }),
  },
};

export function nameColumn(
  { metrics, components }: Pick<Product, 'metrics' | 'components'>,
  { kind, about, hours }: Column,
): NamedColumn {
  const metric = metrics.find(({ code }) => code === about);
  const component = components.find(({ code }) => code === about);
  const named = kind.startsWith('metric') ? metric?.name : kind.startsWith('component') ? component?.name : undefined;
  const { say, unit } = SAYINGS[kind];
  return {
    about,
    name: say(named ?? { en: about, zh: about }, stretch(hours)),
    unit: unit ?? metric?.unit ?? '',
  };
}
