// Who did something: a person by the name they sign in with, the program itself in the reader's language.
import type { Words } from '../i18n/words.ts';

export const isSystem = (actor: string): boolean => actor === 'system';

export const actorName = (words: Words, actor: string): string => (isSystem(actor) ? words.terms.system : actor);
