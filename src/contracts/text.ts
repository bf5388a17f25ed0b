// Words in the two languages every label exists in.
import { Type, type Static } from 'typebox';

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export const Text = Type.Object({ en: Type.String({ minLength: 1 }), zh: Type.String({ minLength: 1 }) });
export type Text = Static<typeof Text>;
