// Carries out one order of the command line against a running instance, and shows how far a training is.
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Model, ModelDetail, ModelFile, ModelRun } from './contracts/http/models.ts';
import type { ModelsOrder } from './models-options.ts';
import type { Replay } from './contracts/http/replays.ts';
import { sayReplay } from './models-replay.ts';
import { type ApiClient, signIn } from './simulators/api-client.ts';

export interface ModelsOutput {
  line(text: string): void;
  /** The line before is written over. */
  progress(text: string): void;
}

const LOOK_EVERY_MS = 500;
const BAR = 30;

const share = (value: number | null | undefined): string => (value == null ? '-' : `${(value * 100).toFixed(1)} %`);

function lineOf(model: Model): string {
  const { figures } = model;
  const what = [model.kind, model.product ?? 'every product', model.component]
    .filter((part) => part !== null)
    .join(' ');
  const told =
    figures === null ? '' : `AUC ${share(figures.auc)}, Brier skill ${share(figures.brierSkill)}, n ${figures.rows}`;
  const state = model.state === 'active' ? `active (${model.mode})` : model.state;
  const wrong = model.refused === null ? '' : ` REFUSED: ${model.refused}`;
  return `${String(model.id).padStart(4)}  ${what} version ${model.version}  ${state}  by ${model.author}  ${told}${wrong}`;
}

function sayDetail({ model, history, drift }: ModelDetail, out: ModelsOutput): void {
  out.line(lineOf(model));
  out.line(`      SHA-256 ${model.contentHash}, ${model.contentBytes} bytes, made by Stethos ${model.codeVersion}`);
  if (model.trainedOn !== null) {
    const { devices, rows, failures, from, to, seed } = model.trainedOn;
    out.line(`      trained on ${devices} devices, ${rows} rows, ${failures} failures, ${from} to ${to}, seed ${seed}`);
  }
  for (const { at, change, actor, mode, note } of history) {
    out.line(
      `      ${at}  ${change}${mode === null ? '' : ` (${mode})`} by ${actor}${note === null ? '' : `: ${note}`}`,
    );
  }
  for (const { at, proposal } of drift.slice(0, 1)) out.line(`      drift ${at}: ${proposal?.en ?? 'none'}`);
}

const barOf = ({ share: done, stage }: Pick<ModelRun, 'share' | 'stage'>): string => {
  const filled = Math.round(done * BAR);
  return `[${'='.repeat(filled)}${' '.repeat(BAR - filled)}] ${String(Math.round(done * 100)).padStart(3)} %  ${stage}`;
};

/** Follows a run to its end, or cancels it when told to stop; true when it came to something. */
async function follow(api: ApiClient, begun: ModelRun, out: ModelsOutput, stop: AbortSignal): Promise<boolean> {
  let run = begun;
  while (run.state === 'running') {
    out.progress(barOf(run));
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) run = await api.post<ModelRun>(`/models/runs/${run.id}/cancel`);
    else run = await api.get<ModelRun>(`/models/runs/${run.id}`);
  }
  out.line(`${barOf(run)}\n${run.state}${run.detail === null ? '' : `: ${run.detail.en}`}`);
  return run.state === 'done';
}

/** The same of a run of the time machine. */
async function followReplay(api: ApiClient, begun: Replay, out: ModelsOutput, stop: AbortSignal): Promise<boolean> {
  let run = begun;
  while (run.state === 'queued' || run.state === 'running') {
    out.progress(
      barOf({ share: run.total === 0 ? 0 : run.done / run.total, stage: `${run.done} of ${run.total} devices` }),
    );
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) run = await api.post<Replay>(`/replays/${run.id}/cancel`);
    else run = await api.get<Replay>(`/replays/${run.id}`);
  }
  if (run.result === null) out.line(`${run.state}${run.error === null ? '' : `: ${run.error}`}`);
  else for (const line of sayReplay(run, run.result)) out.line(line);
  return run.state === 'finished';
}

/** True when it was done; an ApiError when the instance refuses. */
export async function runModelsOrder(order: ModelsOrder, out: ModelsOutput, stop: AbortSignal): Promise<boolean> {
  const { action, id, note, mode, file } = order;
  const api = await signIn(order.url, order.email, order.password);
  switch (action) {
    case 'list':
      for (const model of await api.all<Model>('/models')) out.line(lineOf(model));
      return true;
    case 'show':
      sayDetail(await api.get<ModelDetail>(`/models/${id}`), out);
      return true;
    case 'train': {
      const { kind, product, component, to, seed } = order;
      const optional = Object.entries({ component, to, seed }).filter(([, value]) => value !== null);
      const body = { kind, product, ...Object.fromEntries(optional) };
      return follow(api, await api.post<ModelRun>('/models/train', body), out, stop);
    }
    case 'evaluate':
      return follow(api, await api.post<ModelRun>(`/models/${id}/evaluate`), out, stop);
    case 'replay': {
      const { from, to } = order;
      const body = Object.fromEntries(Object.entries({ from, to, mode }).filter(([, value]) => value !== null));
      return followReplay(api, await api.post<Replay>(`/models/${id}/replay`, body), out, stop);
    }
    case 'shadow':
    case 'rollback':
      sayDetail(await api.post<ModelDetail>(`/models/${id}/${action}`, { note }), out);
      return true;
    case 'activate':
      sayDetail(await api.post<ModelDetail>(`/models/${id}/activate`, { mode, note }), out);
      return true;
    case 'export': {
      const found = await api.get<ModelFile>(`/models/${id}/export`);
      await writeFile(file as string, JSON.stringify(found), { flag: 'wx' });
      out.line(`${file}: ${found.kind} version ${found.version}, SHA-256 ${found.contentHash}`);
      return true;
    }
    case 'import': {
      const content: unknown = JSON.parse(await readFile(file as string, 'utf8'));
      sayDetail(await api.post<ModelDetail>('/models/import', content), out);
      return true;
    }
  }
}
