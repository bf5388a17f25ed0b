// Words of the fleet screen.
import type { Words } from '../words.ts';

export const fleet: Words['fleet'] = {
  title: '设备群',
  devices: (n) => `共 ${n} 台设备`,
  all: '全部',
  column: {
    status: '状态',
    device: '设备',
    product: '产品',
    customer: '客户',
    region: '区域',
    health: '健康度',
    worst: '最弱部件',
    alerts: '告警',
    jobs: '工单',
    presence: '连接',
    changed: '健康度变化',
  },
  view: { label: '布局', list: '列表', wall: '看板墙' },
  group: { label: '分组', none: '不分组', region: '按区域', customer: '按客户', product: '按产品' },
  empty: '还没有登记设备',
  emptyHint: '请通过接口登记产品、客户和设备，或启动演示直接查看一个设备群。',
  noMatch: '没有符合筛选条件的设备',
  noMatchHint: '去掉部分筛选条件后再看。',
  average: (n) => `平均健康度 ${n}`,
  openQuality: (n) => `数据异常 ${n} 项`,
  openPage: '打开设备',
  filterByStatus: '按状态筛选',
};
