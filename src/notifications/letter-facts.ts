// What a mail says of each alert and each expected overrun, in the words of its receiver: the parts that its text and its HTML lay out. Pure.
import { moneyOf } from '../contracts/money.ts';
import type { Language } from '../contracts/text.ts';
import { type Content, type NamedAlert, type NamedOverrun, severityWord } from './content.ts';

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
  /** Device, product, component, failure mode; of a budget its name and part. */
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
  if (content.overruns) {
    const facts = content.overruns.map((overrun) => overrunFactsOf(overrun, wording));
    return { alerts: facts, more: null, foot: BUDGET_WORDS[wording.language].foot };
  }
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

const BUDGET_WORDS = {
  en: {
    change: { appeared: 'Overrun expected', moved: 'Date moved', gone: 'Overrun gone' },
    reason: {
      appeared: 'The budget is expected not to suffice.',
      moved: 'The budget is expected to be passed on another date than was told.',
      gone: 'The budget is expected to suffice again.',
    },
    passed: 'Passed on',
    before: (day: string) => `told before: ${day}`,
    over: 'Over budget by',
    left: 'Left of the budget',
    chance: 'Probability',
    open: 'Open',
    costs: 'Costs, forecast and budget',
    foot: 'Told once for each change: an overrun that is expected, expected a month earlier or later, or gone.',
  },
  zh: {
    change: { appeared: '预计超支', moved: '超支日期变动', gone: '不再超支' },
    reason: { appeared: '预计预算不足。', moved: '预计超支日期与上次通知不同。', gone: '预计预算已够用。' },
    passed: '预计超支日期',
    before: (day: string) => `上次通知：${day}`,
    over: '预计超支金额',
    left: '预计结余',
    chance: '概率',
    open: '查看',
    costs: '成本 · 预测与预算',
    foot: '每次变化只通知一次：出现预计超支、超支日期提前或推后一个月以上、或不再超支。',
  },
} as const;

function overrunFactsOf(overrun: NamedOverrun, { language, publicUrl }: Wording): AlertFacts {
  const words = BUDGET_WORDS[language];
  const { budget, part, change, crossing, toldBefore, probability } = overrun;
  const minor = BigInt(overrun.overrun.amountMinor);
  const size = { ...overrun.overrun, amountMinor: String(minor < 0n ? -minor : minor) };
  const before = toldBefore === null || change !== 'moved' ? '' : ` (${words.before(toldBefore)})`;
  return {
    severity: change === 'gone' ? 'warning' : 'major',
    severityWord: words.change[change],
    head: `${budget} · ${part}`,
    reason: words.reason[change],
    facts: [
      ...(crossing === null ? [] : [{ name: words.passed, value: `${crossing}${before}` }]),
      { name: minor < 0n ? words.left : words.over, value: moneyText(size, language) },
      ...(probability === null ? [] : [{ name: words.chance, value: `${Math.round(probability * 100)} %` }]),
    ],
    remarks: [],
    link:
      publicUrl === null
        ? { text: words.costs, url: null }
        : { text: words.open, url: `${publicUrl}/costs?tab=forecast` },
  };
}

const moneyText = ({ amountMinor, currency }: NonNullable<NamedAlert['valueAtRisk']>, language: Language): string =>
  new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    style: 'currency',
    currency,
    maximumFractionDigits: 0,
  }).format(Number(moneyOf(BigInt(amountMinor), currency).amount));
