// Each language is a chunk of its own, loaded when it is first shown.
import type { Language } from '../../contracts/text.ts';
import type { Words } from './words.ts';

export async function loadWords(language: Language): Promise<Words> {
  return language === 'zh' ? (await import('./zh.ts')).zh : (await import('./en.ts')).en;
}
