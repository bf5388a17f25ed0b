// What the levels of an explanation are called, in both languages.
import type { Text } from '../../../contracts/text.ts';

export const EXPLAIN_WORDS = {
  cell: { en: 'This amount', zh: '该金额' },
  direct: { en: 'Direct facts', zh: '直接成本明细' },
  allocated: { en: 'Allocated from pools', zh: '成本池分摊' },
  unallocated: { en: 'Carried by nobody yet', zh: '尚无承担对象' },
  unplaced: { en: 'No driver could place it', zh: '无动因可分摊' },
  unused: { en: 'Unused capacity', zh: '闲置产能' },
  waiting: { en: 'Posted since the last run', zh: '上次分摊后新入账' },
  own: { en: 'Own cost of the pool', zh: '成本池自身费用' },
  rounding: { en: 'Sources that cancel out', zh: '来源互相抵消' },
} as const satisfies Record<string, Text>;
