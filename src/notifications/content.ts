// What a notification says, from the alerts as they stand when it is first sent: kept from then on, so that every try says the
// same. Alerts that somebody has taken meanwhile are left out, and that is kept too.
import type { Product } from '../contracts/product.ts';
import type { Language, Text } from '../contracts/text.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { Severity } from '../contracts/work-order-states.ts';
import type { Transaction } from '../db/database.ts';
import { settledBy, settledForAssignee, toldAlerts } from './told-alert.ts';

export interface NamedAlert {
  id: number;
  severity: Severity;
  occasion: string;
  level: number;
  device: string;
  product: string;
  customer: string;
  site: string | null;
  component: string | null;
  failureMode: string | null;
  reason: string;
  raisedAt: string;
  probability: number | null;
  rulHoursP50: number | null;
  valueAtRisk: { amountMinor: string; currency: string } | null;
}

/** A change of the overrun that is expected of one part of a budget. */
export interface NamedOverrun {
  budget: string;
  version: number;
  part: string;
  change: 'appeared' | 'moved' | 'gone';
  /** The day the budget is expected to be passed; null: it is not. */
  crossing: string | null;
  toldBefore: string | null;
  overrun: { amountMinor: string; currency: string };
  probability: number | null;
  at: string;
}

export interface Content {
  subject: string;
  /** The worst first. */
  alerts: NamedAlert[];
  alertCount: number;
  /** How many of each severity. */
  counts: Partial<Record<Severity, number>>;
  isTest: boolean;
  /** Of budgets; alerts have none. */
  overruns?: NamedOverrun[];
}

interface Row {
  id: bigint;
  occasion: string;
  level: number;
  severity: Severity;
  device: string;
  definition: Product;
  customer_en: string;
  customer_zh: string;
  site_en: string | null;
  site_zh: string | null;
  component: string | null;
  failure_mode: string | null;
  reason: Text;
  raised_at: Date;
  probability: number | null;
  rul_hours_p50: number | null;
  value_at_risk_minor: bigint | null;
  currency: string | null;
}

const SEVERITY_WORDS: Readonly<Record<Severity, Text>> = {
  critical: { en: 'critical', zh: '紧急' },
  major: { en: 'major', zh: '重要' },
  minor: { en: 'minor', zh: '一般' },
  warning: { en: 'warning', zh: '提示' },
};
const ORDER: readonly Severity[] = ['critical', 'major', 'minor', 'warning'];

export const severityWord = (severity: Severity, language: Language): string => SEVERITY_WORDS[severity][language];

export const testContent = (language: Language): Content => ({
  subject: language === 'zh' ? 'Stethos 测试通知' : 'Stethos test notification',
  alerts: [],
  alertCount: 0,
  counts: {},
  isTest: true,
});

export interface Wanted {
  notificationId: number;
  language: Language;
  nowMs: EpochMs;
  alertsNamed: number;
}

/** `null`: nobody needs any of it any longer; every alert that was left out has its entry. */
export async function contentOf(tx: Transaction, wanted: Wanted): Promise<Content | null> {
  const { notificationId, language, nowMs, alertsNamed } = wanted;
  await leaveOutSettled(tx, notificationId, nowMs);
  const { rows } = await tx.prepared<Row>(
    'notification-content',
    `SELECT DISTINCT ON (a.id) a.id, n.occasion, n.level, a.severity, d.code AS device, p.definition,
       c.name_en AS customer_en, c.name_zh AS customer_zh, t.name_en AS site_en, t.name_zh AS site_zh,
       a.component, a.failure_mode, a.reason, a.raised_at, a.probability, a.rul_hours_p50, a.value_at_risk_minor, a.currency
     FROM notification_alert n JOIN alert a ON a.id = n.alert_id JOIN device d ON d.id = a.device_id
     JOIN product p ON p.code = d.product_code JOIN customer c ON c.code = d.customer_code
     LEFT JOIN site t ON t.code = d.site_code
     WHERE n.notification_id = $1 AND n.suppressed IS NULL ORDER BY a.id, n.id DESC`,
    [notificationId],
  );
  if (rows.length === 0) return null;
  const alerts = rows.map((row) => namedOf(row, language));
  alerts.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || a.id - b.id);
  const counts: Content['counts'] = {};
  for (const { severity } of alerts) counts[severity] = (counts[severity] ?? 0) + 1;
  return {
    subject: subjectOf(alerts, counts, language),
    alerts: alerts.slice(0, alertsNamed),
    alertCount: alerts.length,
    counts,
    isTest: false,
  };
}

async function leaveOutSettled(tx: Transaction, notificationId: number, nowMs: EpochMs): Promise<void> {
  const { rows } = await tx.query<{ alert_id: bigint; is_given: boolean }>(
    `SELECT alert_id, bool_or(occasion = 'assigned') AS is_given FROM notification_alert
     WHERE notification_id = $1 AND suppressed IS NULL GROUP BY alert_id`,
    [notificationId],
  );
  const given = new Set(rows.flatMap((row) => (row.is_given ? [Number(row.alert_id)] : [])));
  const alerts = await toldAlerts(
    tx,
    rows.map((row) => Number(row.alert_id)),
  );
  for (const alert of alerts) {
    const why = given.has(alert.id) ? settledForAssignee(alert, nowMs) : settledBy(alert, nowMs);
    if (why === null) continue;
    await tx.query(
      'UPDATE notification_alert SET suppressed = $3 WHERE notification_id = $1 AND alert_id = $2 AND suppressed IS NULL',
      [notificationId, alert.id, why],
    );
  }
}

function namedOf(row: Row, language: Language): NamedAlert {
  const component = row.definition.components.find(({ code }) => code === row.component);
  const mode = component?.failureModes.find(({ code }) => code === row.failure_mode);
  return {
    id: Number(row.id),
    severity: row.severity,
    occasion: row.occasion,
    level: row.level,
    device: row.device,
    product: row.definition.name[language],
    customer: language === 'zh' ? row.customer_zh : row.customer_en,
    site: language === 'zh' ? row.site_zh : row.site_en,
    component: component?.name[language] ?? row.component,
    failureMode: mode?.name[language] ?? row.failure_mode,
    reason: row.reason[language],
    raisedAt: row.raised_at.toISOString(),
    probability: row.probability,
    rulHoursP50: row.rul_hours_p50,
    valueAtRisk:
      row.value_at_risk_minor === null || row.currency === null
        ? null
        : { amountMinor: String(row.value_at_risk_minor), currency: row.currency },
  };
}

function subjectOf(alerts: readonly NamedAlert[], counts: Content['counts'], language: Language): string {
  const [first] = alerts;
  if (first === undefined) return '';
  const worst = severityWord(first.severity, language);
  const what = [first.component, first.failureMode].filter((one) => one !== null).join(' · ');
  if (alerts.length === 1) {
    const where = what === '' ? first.device : `${first.device} ${what}`;
    const prefix = OCCASION_WORDS[first.occasion]?.[language] ?? '';
    return language === 'zh' ? `【${worst}】${prefix}${where}` : `[${worst}] ${prefix}${where}`;
  }
  const places = new Set(alerts.map(({ site, customer }) => site ?? customer));
  const where = places.size === 1 ? [...places][0] : first.failureMode;
  const parts = ORDER.flatMap((severity) =>
    counts[severity] === undefined ? [] : [`${counts[severity]} ${severityWord(severity, language)}`],
  ).join(language === 'zh' ? '，' : ', ');
  return language === 'zh'
    ? `【${worst}】${alerts.length} 条告警：${where ?? ''}（${parts}）`
    : `[${worst}] ${alerts.length} alerts: ${where ?? ''} (${parts})`;
}

const OCCASION_WORDS: Readonly<Record<string, Text>> = {
  escalated: { en: 'not acknowledged: ', zh: '未确认，已升级：' },
  repeated: { en: 'still open: ', zh: '仍未处理：' },
  worsened: { en: 'got worse: ', zh: '程度加重：' },
  returned: { en: 'shelving ended: ', zh: '搁置到期：' },
  assigned: { en: 'given to you: ', zh: '已指派给您：' },
};
