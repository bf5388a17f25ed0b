// The mail of a notification as plain text: what, where, why, how long, at what risk, and where to look. Pure.
import type { Language } from '../contracts/text.ts';
import type { Content } from './content.ts';
import { type AlertFacts, letterFactsOf, type Wording } from './letter-facts.ts';

export function letterOf(content: Content, wording: Wording): string {
  const { alerts, more, foot } = letterFactsOf(content, wording);
  return [
    ...alerts.map((alert) => paragraphOf(alert, wording.language)),
    ...(more === null ? [] : [more]),
    ...(foot === null ? [''] : [`--\n${foot}`]),
  ].join('\n\n');
}

function paragraphOf({ severityWord, head, reason, facts, remarks, link }: AlertFacts, language: Language): string {
  const colon = language === 'zh' ? '：' : ': ';
  return [
    language === 'zh' ? `【${severityWord}】${head}` : `[${severityWord}] ${head}`,
    reason,
    ...facts.map(({ name, value }) => `${name}${colon}${value}`),
    ...remarks,
    link.url === null ? link.text : `${link.text}${colon}${link.url}`,
  ].join('\n');
}
