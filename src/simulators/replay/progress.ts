// Tells the instance how far a replay is, one report after the other: progress that arrives out of order is refused.
import type { Import } from '../../contracts/http/system.ts';
import type { ApiClient } from '../api-client.ts';

export interface ReplayProgress {
  readonly id: number;
  /** Reports in the background; while one is on its way only the newest waits. */
  tell(rows: number): void;
  finish(rows: number, report: Readonly<Record<string, unknown>>): Promise<void>;
  fail(reason: string): Promise<void>;
}

export interface Announced {
  name: string;
  total: number;
  /** The import of the run before, when it goes on. */
  id: number | null;
}

export async function startProgress(api: ApiClient, { name, total, id: known }: Announced): Promise<ReplayProgress> {
  const before = known === null ? null : await api.get<Import>(`/imports/${known}`).catch(() => null);
  const { id } = before?.state === 'running' ? before : await api.post<Import>('/imports', { name, total });
  const report = (body: object): Promise<unknown> => api.post(`/imports/${id}/progress`, body);
  let reached = 0;
  let next: number | undefined;
  let telling: Promise<void> | undefined;

  async function tellAll(): Promise<void> {
    while (next !== undefined) {
      const done = next;
      next = undefined;
      // A report that is lost is made up for by the next one.
      await report({ done }).catch(() => {});
    }
  }

  return {
    id,
    tell(rows) {
      next = reached = rows;
      telling ??= tellAll().finally(() => (telling = undefined));
    },
    async finish(rows, outcome) {
      await telling;
      await report({ done: rows, state: 'finished', report: outcome });
    },
    async fail(reason) {
      await telling;
      await report({ done: reached, state: 'failed', report: { reason } });
    },
  };
}
