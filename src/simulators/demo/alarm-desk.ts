// The demo's alarm rules: written by the support engineer when the fleet goes live, put in force by the manager; one stays in
// shadow and one is left for the visitor to try on the past and decide.
import type { NewRule, Rule, RuleMode } from '../../contracts/rules.ts';
import { signIn } from '../api-client.ts';
import { ACCOUNTS, DEMO_PASSWORD } from './world.ts';

const [SUPPORT, MANAGER] = ACCOUNTS;
const HOUR_S = 3600;

const WRITTEN: readonly { rule: NewRule; mode: RuleMode | null }[] = [
  {
    rule: {
      product: 'BBR-400',
      component: 'refrigerant-circuit',
      name: { en: 'Blood bags too warm', zh: '血袋温度过高' },
      condition: { kind: 'threshold', metric: 'product_temp', above: 6, clear: 5.5, forSeconds: HOUR_S / 2 },
      severity: 'critical',
      refractoryMinutes: 120,
      why: '储血温度上限 6 °C（WS/T 203）',
    },
    mode: 'active',
  },
  {
    rule: {
      product: 'MRI-15T',
      component: 'cold-head',
      name: { en: 'Cold head loses helium', zh: '冷头制冷不足' },
      condition: {
        kind: 'all',
        of: [
          { kind: 'threshold', metric: 'coldhead_temp', above: 4.5, clear: 4.3 },
          { kind: 'threshold', metric: 'helium_pressure', above: 9.2, clear: 9 },
        ],
      },
      severity: 'major',
      refractoryMinutes: 720,
      why: '冷头温度与液氦压力同时升高才上门',
    },
    mode: 'active',
  },
  {
    rule: {
      product: 'VENT-ICU',
      name: { en: 'Ventilator silent', zh: '呼吸机失联' },
      condition: { kind: 'no-data', forSeconds: 8 * HOUR_S },
      severity: 'warning',
      schedule: { timeZone: 'Asia/Shanghai', days: [1, 2, 3, 4, 5, 6, 7], from: '07:00', to: '22:00' },
      why: '先影子运行两周，看误报情况',
    },
    mode: 'shadow',
  },
  {
    rule: {
      product: 'CT-64',
      component: 'slip-ring',
      name: { en: 'Slip ring errors keep coming', zh: '滑环误码反复升高' },
      condition: {
        kind: 'repeating',
        times: 3,
        withinSeconds: 48 * HOUR_S,
        condition: { kind: 'threshold', metric: 'slipring_errors', above: 8, clear: 6 },
      },
      severity: 'minor',
      refractoryMinutes: 2_880,
      why: '比单次超限更能说明碳刷磨损',
    },
    mode: null,
  },
];

export async function writeRules(httpUrl: string): Promise<void> {
  const author = await signIn(httpUrl, SUPPORT.email, DEMO_PASSWORD);
  const approver = await signIn(httpUrl, MANAGER.email, DEMO_PASSWORD);
  for (const { rule, mode } of WRITTEN) {
    const { id } = await author.post<Rule>('/rules', rule);
    if (mode !== null) await approver.post(`/rules/${id}/activate`, { mode, note: '同意' });
  }
}
