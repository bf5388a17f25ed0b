// The mail of a notification, as text: what, where, why, how long, at what risk, and where to look. Pure.
import type { Language } from '../contracts/text.ts';
import { type Content, type NamedAlert, severityWord } from './content.ts';

export interface Wording {
  language: Language;
  timeZone: string;
  /** Where people open the dashboard; without it the letter names the alert's number only. */
  publicUrl: string | null;
}

const WORDS = {
  en: {
    test: 'This is a test. Notifications of Stethos reach you at this address.',
    where: 'Where',
    raised: 'Raised',
    probability: 'Probability of failure',
    left: 'Time left (median)',
    risk: 'Value at risk',
    level: (level: number) => `Nobody has acknowledged it: escalation level ${level}.`,
    more: (n: number) => `... and ${n} more alerts.`,
    open: 'Open',
    alert: 'Alert',
    foot: 'Acknowledging, shelving or resolving an alert ends its notifications. What you receive is set under Notifications.',
    hours: 'h',
  },
  zh: {
    test: '这是一封测试邮件，说明 Stethos 的通知可以送达此地址。',
    where: '位置',
    raised: '触发时间',
    probability: '故障概率',
    left: '剩余时间（中位数）',
    risk: '风险金额',
    level: (level: number) => `无人确认，已升级至第 ${level} 级。`,
    more: (n: number) => `……另有 ${n} 条告警。`,
    open: '查看',
    alert: '告警',
    foot: '确认、搁置或解决告警后不再发送其通知。接收方式可在“通知”页面设置。',
    hours: '小时',
  },
} as const;

export function letterOf(content: Content, wording: Wording): string {
  const words = WORDS[wording.language];
  if (content.isTest) return `${words.test}\n`;
  const rest = content.alertCount - content.alerts.length;
  return [
    ...content.alerts.map((alert) => paragraphOf(alert, wording)),
    ...(rest > 0 ? [words.more(rest)] : []),
    `--\n${words.foot}`,
  ].join('\n\n');
}

function paragraphOf(alert: NamedAlert, { language, timeZone, publicUrl }: Wording): string {
  const words = WORDS[language];
  const colon = language === 'zh' ? '：' : ': ';
  const severity = severityWord(alert.severity, language);
  const head = [alert.device, alert.product, alert.component, alert.failureMode].filter((one) => one !== null);
  const place = [alert.customer, alert.site].filter((one) => one !== null).join(' · ');
  const when = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone,
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(Date.parse(alert.raisedAt));
  const lines = [
    language === 'zh' ? `【${severity}】${head.join(' · ')}` : `[${severity}] ${head.join(' · ')}`,
    alert.reason,
    `${words.where}${colon}${place}`,
    `${words.raised}${colon}${when} (${timeZone})`,
  ];
  if (alert.probability !== null) lines.push(`${words.probability}${colon}${Math.round(alert.probability * 100)} %`);
  if (alert.rulHoursP50 !== null) lines.push(`${words.left}${colon}${Math.round(alert.rulHoursP50)} ${words.hours}`);
  if (alert.valueAtRisk !== null) lines.push(`${words.risk}${colon}${moneyText(alert.valueAtRisk, language)}`);
  if (alert.occasion === 'escalated' && alert.level > 1) lines.push(words.level(alert.level));
  lines.push(
    publicUrl === null ? `${words.alert} #${alert.id}` : `${words.open}${colon}${publicUrl}/alerts/${alert.id}`,
  );
  return lines.join('\n');
}

const moneyText = ({ amountMinor, currency }: NonNullable<NamedAlert['valueAtRisk']>, language: Language): string =>
  new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    style: 'currency',
    currency,
    maximumFractionDigits: 0,
  }).format(Number(amountMinor) / 100);
