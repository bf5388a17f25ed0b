// Words of the tab that shows where shared cost goes.
import type { Words } from '../words.ts';

export const flow: Words['flow'] = {
  title: '从成本要素到承担对象',
  by: '承担维度',
  chart: '流向图',
  table: '表格',
  empty: '该期间没有共享成本',
  emptyHint: '共享成本先归集到成本池，再由生效的分摊方案分到承担对象。',
  total: (amount) => `共享成本 ${amount}`,
  circulated: (amount) => `${amount} 在成本池之间往返后抵消，图中未画出。`,
  opens: '点击任一流向可查看其组成。',
  credits: '贷项无法画出，请看表格。',
  otherCurrencies: (list) => `图中不含以下币种的共享成本：${list}。`,
  from: '来源',
  to: '去向',
  amount: '金额',
  rest: (label, n) => `${label}（${n}）`,
  node: (label, amount) => `${label}：${amount}`,
};
