// The mail of a notification as HTML, for who reads mail in pictures: the same words as its text, with tables and inline styles,
// which is all that mail programs agree on. Loads nothing from anywhere. Pure.
import type { Severity } from '../contracts/work-order-states.ts';
import type { Content } from './content.ts';
import { type AlertFacts, letterFactsOf, type Wording } from './letter-facts.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] as string);

const TONES: Readonly<Record<Severity, string>> = {
  critical: '#b3261e',
  major: '#a14a00',
  minor: '#6b5a00',
  warning: '#44546a',
};
const FONT = "font-family:system-ui,'Segoe UI','PingFang SC','Microsoft YaHei',sans-serif";

export function htmlLetterOf(content: Content, wording: Wording): string {
  const { alerts, more, foot } = letterFactsOf(content, wording);
  return [
    `<!doctype html><html lang="${wording.language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width"><title>${escaped(content.subject)}</title></head>`,
    `<body style="margin:0;padding:16px;background:#ffffff;color:#1b1f24;${FONT};font-size:14px;line-height:1.5">`,
    ...alerts.map(sectionOf),
    more === null ? '' : `<p style="margin:0 0 16px">${escaped(more)}</p>`,
    foot === null ? '' : `<p style="margin:16px 0 0;color:#5b6572;font-size:12px">${escaped(foot)}</p>`,
    '</body></html>',
  ].join('\n');
}

function sectionOf({ severity, severityWord, head, reason, facts, remarks, link }: AlertFacts): string {
  const tone = TONES[severity];
  const lines = facts.map(
    ({ name, value }) =>
      `<tr><td style="padding:2px 16px 2px 0;color:#5b6572;vertical-align:top">${escaped(name)}</td><td style="padding:2px 0">${escaped(value)}</td></tr>`,
  );
  const told = remarks.map((remark) => `<p style="margin:8px 0 0"><strong>${escaped(remark)}</strong></p>`);
  return [
    `<div style="max-width:640px;margin:0 0 16px;padding:12px 16px;border:1px solid #d5dae1;border-left:4px solid ${tone};border-radius:6px">`,
    `<p style="margin:0"><strong style="color:${tone}">${escaped(severityWord)}</strong> &nbsp;<strong>${escaped(head)}</strong></p>`,
    `<p style="margin:8px 0">${escaped(reason)}</p>`,
    `<table role="presentation" style="border-collapse:collapse;font-size:14px">${lines.join('')}</table>`,
    ...told,
    link.url === null
      ? `<p style="margin:12px 0 0">${escaped(link.text)}</p>`
      : `<p style="margin:12px 0 0"><a href="${escaped(link.url)}" style="display:inline-block;padding:6px 14px;background:#1f5fbf;color:#ffffff;text-decoration:none;border-radius:6px">${escaped(link.text)}</a></p>`,
    '</div>',
  ].join('\n');
}
