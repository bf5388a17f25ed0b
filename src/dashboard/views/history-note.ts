// Notes in histories: what a person wrote stays as written, what the program wrote is said in the reader's language. Pure.
import type { Words } from '../i18n/words.ts';
import { isSystem } from './actor.ts';

const PROGNOSIS = /^prognosis (\d+): probability (\d+) %$/;
const WORK_ORDER = /^work order (\d+)(?: (completed|cancelled))?$/;

export function historyNote(words: Words, actor: string, note: string): string {
  if (!isSystem(actor)) return note;
  const [, prognosis, probability] = PROGNOSIS.exec(note) ?? [];
  if (prognosis !== undefined && probability !== undefined) return words.workOrders.because(prognosis, probability);
  const [, job, end] = WORK_ORDER.exec(note) ?? [];
  if (job === undefined) return note;
  const name = words.alerts.job(job);
  return end === 'completed' || end === 'cancelled' ? `${name} · ${words.terms.jobState[end]}` : name;
}
