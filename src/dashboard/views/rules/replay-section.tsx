// The time machine on one rule or model: asks for a run, follows it, shows what came of the newest.
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Page } from '../../../contracts/http/page.ts';
import type { Replay } from '../../../contracts/http/replays.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { ReplayForm } from './replay-form.tsx';
import { ReplayResultView } from './replay-result-view.tsx';
import { FormMessage } from '../../components/form-message.tsx';

const POLL_MS = 700;

const isUnderWay = (replay: Replay | null): boolean => replay?.state === 'queued' || replay?.state === 'running';

/** What is tried: a version of a rule, or one of a model. */
export type Tried = { rule: number; version: number } | { model: number };

export function ReplaySection({ tried }: { tried: Tried }): VNode {
  const { api } = useApp();
  const words = useWords().rules.replay;
  const command = useCommand();
  const [path, filter, body] =
    'rule' in tried
      ? [`/rules/${tried.rule}/replay`, { rule: tried.rule }, { version: tried.version }]
      : [`/models/${tried.model}/replay`, { modelId: tried.model }, {}];
  const newest = useResource<Replay | null>(
    `replay of ${path}`,
    async (signal) => {
      const { items } = await api.get<Page<Replay>>('/replays', { ...filter, limit: 1 }, signal);
      return items[0] === undefined ? null : api.get<Replay>(`/replays/${items[0].id}`, {}, signal);
    },
    true,
  );
  const replay = newest.value;
  const underWay = isUnderWay(replay);
  useEffect(() => {
    if (!underWay) return undefined;
    const timer = setInterval(newest.reload, POLL_MS);
    return () => clearInterval(timer);
  }, [underWay]);
  const send = (to: string, what: object): void =>
    command.run(async (key) => {
      await api.post(to, what, key);
      newest.reload();
    });
  return (
    <div class="pane-part replay">
      <div class="line wrap">
        <h3>{words.title}</h3>
        <span class="muted">{'rule' in tried ? words.hint : words.modelHint}</span>
        <span class="grow" />
        {underWay && replay !== null && (
          <button type="button" class="button" onClick={() => send(`/replays/${replay.id}/cancel`, {})}>
            {words.cancel}
          </button>
        )}
      </div>
      {!underWay && (
        <ReplayForm
          isModel={'model' in tried}
          isBusy={command.isBusy}
          hasRun={replay !== null}
          onStart={(asked) => send(path, { ...body, ...asked })}
        />
      )}
      <FormMessage text={command.problem} />
      {replay !== null && <ReplayState replay={replay} />}
      {replay?.state === 'finished' && replay.result !== null && (
        <ReplayResultView replay={replay} result={replay.result} />
      )}
    </div>
  );
}

function ReplayState({ replay }: { replay: Replay }): VNode | null {
  const words = useWords().rules.replay;
  const format = useFormat();
  const { state, done, total, error } = replay;
  if (state === 'queued') return <p class="muted">{words.queued}</p>;
  if (state === 'running') {
    const text = words.running(format.integer(done), format.integer(total));
    return (
      <p class="replay-progress">
        <progress max={Math.max(1, total)} value={done} aria-label={text} />
        <span class="muted">{text}</span>
      </p>
    );
  }
  if (state === 'cancelled') return <p class="muted">{words.cancelled}</p>;
  if (state === 'failed') {
    return (
      <p class="form-message" role="alert">
        {words.failed} {error}
      </p>
    );
  }
  return null;
}
