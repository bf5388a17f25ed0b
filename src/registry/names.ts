// A name in both languages as two columns, and as views mention it.
import type { Text } from '../contracts/text.ts';

export type NameRow = { name_en: string; name_zh: string };

export const nameOf = (row: NameRow): Text => ({ en: row.name_en, zh: row.name_zh });

export const nameColumns = ({ name }: { name: Text }): NameRow => ({ name_en: name.en, name_zh: name.zh });
