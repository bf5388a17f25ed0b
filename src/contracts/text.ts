// Words in the two languages every label exists in.
import { Type, type Static } from 'typebox';

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** More than blanks. */
export const WORDS_PATTERN = '\\S';
const Words = Type.String({ pattern: WORDS_PATTERN, maxLength: 500 });
export const Text = Type.Object({ en: Words, zh: Words });
export type Text = Static<typeof Text>;
