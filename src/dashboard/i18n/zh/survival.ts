// Words of component life on the models screen.
import type { Words } from '../words.ts';

export const survival: Words['survival'] = {
  title: '部件寿命',
  hint: '威布尔拟合及 90 % 区间，对照实际存活比例',
  product: '产品',
  cohort: '分组',
  kind: { product: '全部设备', firmware: '固件', lot: '批次' },
  failures: '已故障',
  censored: '未故障',
  shape: '形状参数',
  shapeHint: '大于 1 表示老化：用得越久越易故障；等于 1 为随机；小于 1 为早期故障',
  median: '半数故障时间',
  days: (n) => `${n} 天`,
  age: '使用时间（天）',
  alive: '存活比例',
  chart: (component) => `${component}按使用时间的存活比例`,
  noFailures: (component, n) => `${component}：${n} 个均未故障，暂无拟合`,
  atMost: (years, share) => `累计观察 ${years} 年；95 % 把握每年故障不超过 ${share}。`,
  atAge: '已用时间',
  typicalAge: '当前典型',
  hazard: '每年故障次数',
  hazardHint: '用到该时间的部件，每个每年的故障次数；90 % 区间',
  meanLeft: '平均剩余寿命',
  meanLeftHint: '已用到该时间的部件平均还能用多久；90 % 区间',
  none: '该产品尚无部件故障。纠正性维修确认故障后即可得知部件寿命。',
};
