// Both languages say everything: same keys, nothing empty, each in its own script.
import { describe, expect, test } from 'vitest';
import { en } from '../../../src/dashboard/i18n/en.ts';
import { zh } from '../../../src/dashboard/i18n/zh.ts';
import { languageOf } from '../../../src/dashboard/state/preferences.ts';

type Entry = [path: string, text: string];
const entriesOf = (words: unknown, path = ''): Entry[] => {
  if (typeof words === 'string') return [[path, words]];
  if (typeof words === 'function') return [[path, (words as (...args: string[]) => string)('1', '2', '3')]];
  return Object.entries(words as object).flatMap(([key, value]) => entriesOf(value, `${path}.${key}`));
};
/** Names and symbols that are the same everywhere. */
const UNIVERSAL = new Set([
  'UDI-DI',
  'n',
  'n 1',
  '1 – 2',
  'P10 1 · P50 2 · P90 3',
  '× 1',
  '1 / 2',
  '1–2，n 3',
  'SHA-256',
  'p* 1',
  '12 3',
  '1（2）',
  '1：2',
  'n 1 → 2',
  '1：2，n 3',
  '1–2，n\u00a03',
]);

describe('words', () => {
  test('both languages have the same keys and leave nothing empty', () => {
    const [english, chinese] = [entriesOf(en), entriesOf(zh)];
    expect(chinese.map(([path]) => path).sort()).toEqual(english.map(([path]) => path).sort());
    expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('Chinese is Chinese and English has no Chinese in it', () => {
    const chinese = entriesOf(zh).filter(([, text]) => !/\p{Script=Han}/u.test(text) && !UNIVERSAL.has(text));
    expect(chinese).toEqual([]);
    expect(entriesOf(en).filter(([, text]) => /\p{Script=Han}/u.test(text))).toEqual([]);
  });

  test('the browser chooses the language at first; others get English', () => {
    expect(languageOf(['zh-TW', 'en'])).toBe('zh');
    expect(languageOf(['fr-FR', 'zh-CN'])).toBe('zh');
    expect(languageOf(['fr-FR'])).toBe('en');
  });
});
