// A contract type in words; the API gives it as text, so one that is new here is shown as it came.
import type { Words } from '../i18n/words.ts';

export const contractTypeName = (words: Words, type: string): string =>
  (words.terms.contractType as Readonly<Record<string, string>>)[type] ?? type;
