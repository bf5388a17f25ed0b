// What a mail says of each alert, in the words of its receiver: the parts that its text and its HTML lay out. Pure.
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
    given: 'It was given to you.',
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
    given: '该告警已指派给您。',
    more: (n: number) => `……另有 ${n} 条告警。`,
    open: '查看',
    alert: '告警',
    foot: '确认、搁置或解决告警后不再发送其通知。接收方式可在“通知”页面设置。',
    hours: '小时',
  },
} as const;

export interface AlertFacts {
  severity: NamedAlert['severity'];
  severityWord: string;
  /** Device, product, component, failure mode. */
  head: string;
  reason: string;
  facts: { name: string; value: string }[];
  /** Why this person, of all, is told now. */
  remarks: string[];
  /** With a URL the word of the link, else the alert's number. */
  link: { text: string; url: string | null };
}

export interface LetterFacts {
  alerts: AlertFacts[];
  /** Stands for what is left out, or for the test. */
  more: string | null;
  foot: string | null;
}

export function letterFactsOf(content: Content, wording: Wording): LetterFacts {
  const words = WORDS[wording.language];
  if (content.isTest) return { alerts: [], more: words.test, foot: null };
  const rest = content.alertCount - content.alerts.length;
  return {
    alerts: content.alerts.map((alert) => alertFactsOf(alert, wording)),
    more: rest > 0 ? words.more(rest) : null,
    foot: words.foot,
  };
}

function alertFactsOf(alert: NamedAlert, { language, timeZone, publicUrl }: Wording): AlertFacts {
  const words = WORDS[language];
  const joined = (parts: readonly (string | null)[]): string => parts.filter((one) => one !== null).join(' · ');
  const when = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone,
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(Date.parse(alert.raisedAt));
  const { probability, rulHoursP50, valueAtRisk } = alert;
  return {
    severity: alert.severity,
    severityWord: severityWord(alert.severity, language),
    head: joined([alert.device, alert.product, alert.component, alert.failureMode]),
    reason: alert.reason,
    facts: [
      { name: words.where, value: joined([alert.customer, alert.site]) },
      { name: words.raised, value: `${when} (${timeZone})` },
      ...(probability === null ? [] : [{ name: words.probability, value: `${Math.round(probability * 100)} %` }]),
      ...(rulHoursP50 === null ? [] : [{ name: words.left, value: `${Math.round(rulHoursP50)} ${words.hours}` }]),
      ...(valueAtRisk === null ? [] : [{ name: words.risk, value: moneyText(valueAtRisk, language) }]),
    ],
    remarks: [
      ...(alert.occasion === 'escalated' && alert.level > 1 ? [words.level(alert.level)] : []),
      ...(alert.occasion === 'assigned' ? [words.given] : []),
    ],
    link:
      publicUrl === null
        ? { text: `${words.alert} #${alert.id}`, url: null }
        : { text: words.open, url: `${publicUrl}/alerts/${alert.id}` },
  };
}

const moneyText = ({ amountMinor, currency }: NonNullable<NamedAlert['valueAtRisk']>, language: Language): string =>
  new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    style: 'currency',
    currency,
    maximumFractionDigits: 0,
  }).format(Number(amountMinor) / 100);
