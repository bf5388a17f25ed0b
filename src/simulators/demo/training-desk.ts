// The demo's first trained models: the support engineer has those trained whose component has failed often enough and lets them
// judge in shadow; the manager puts remaining life in force for people to confirm.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Learnable, ModelRun, TrainModel } from '../../contracts/http/models.ts';
import { type ApiClient, signIn } from '../api-client.ts';
import { ACCOUNTS, DEMO_PASSWORD } from './world.ts';

const [SUPPORT, MANAGER] = ACCOUNTS;
const LOOK_EVERY_MS = 1_000;
/** Models of remaining life, a component each. */
const LIVES_LIMIT = 2;

export interface TeachOptions {
  httpUrl: string;
  say: (line: string) => void;
  stop: AbortSignal;
}

export async function teachModels({ httpUrl, say, stop }: TeachOptions): Promise<void> {
  const support = await signIn(httpUrl, SUPPORT.email, DEMO_PASSWORD);
  const manager = await signIn(httpUrl, MANAGER.email, DEMO_PASSWORD);
  for (const order of ordersOf(await support.get<Learnable[]>('/models/learnable'))) {
    const run = await follow(support, order, stop);
    if (run === null) return;
    const what = [order.kind, order.product, order.component].filter((part) => part !== undefined).join(' ');
    if (run.modelId === null) {
      say(`Not trained, ${what}: ${run.detail?.en ?? run.state}`);
      continue;
    }
    await support.post(`/models/${run.modelId}/shadow`, { note: '先影子运行，核对一段时间' });
    if (order.kind === 'remaining-life') {
      await manager.post(`/models/${run.modelId}/activate`, { mode: 'suggest', note: '先作为建议，由人确认' });
    }
    say(`A model was trained on the devices' own history: ${what}`);
  }
}

/** Of the product that failed most: one for the whole product, one of remaining life for each component with enough failures. */
function ordersOf(products: readonly Learnable[]): TrainModel[] {
  const [most] = products;
  if (most === undefined) return [];
  const { product, components, needed } = most;
  const often = (kind: keyof Learnable['needed']) => components.filter(({ failures }) => failures >= needed[kind]);
  return [
    ...often('horizon')
      .slice(0, 1)
      .map((): TrainModel => ({ kind: 'horizon', product })),
    ...often('remaining-life')
      .slice(0, LIVES_LIMIT)
      .map(({ component }): TrainModel => ({ kind: 'remaining-life', product, component })),
  ];
}

/** `null` when the demo ends before it does. */
async function follow(api: ApiClient, order: TrainModel, stop: AbortSignal): Promise<ModelRun | null> {
  let run = await api.post<ModelRun>('/models/train', order);
  while (run.state === 'running') {
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return null;
    run = await api.get<ModelRun>(`/models/runs/${run.id}`);
  }
  return run;
}
