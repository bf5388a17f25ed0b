// One payload, set out to be read, with what can be done about it: let in, discarded, or its whole class mended.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { QuarantinedDetail } from '../../../contracts/http/quarantine.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { MappingForm } from './mapping-form.tsx';
import { useReasonName } from './use-reason-name.ts';
import { FormMessage } from '../../components/form-message.tsx';

interface DetailProps {
  id: number;
  onChanged: () => void;
  canClose: boolean;
}

export function QuarantineDetail({ id, onChanged, canClose }: DetailProps): VNode {
  const { api } = useApp();
  const words = useWords();
  const { setQuery } = useScope();
  const entry = useResource(`quarantine ${id}`, (signal) =>
    api.get<QuarantinedDetail>(`/quarantine/${id}`, {}, signal),
  );
  const changed = (): void => {
    entry.reload();
    onChanged();
  };
  return (
    <section class="section quarantine-detail">
      {canClose && (
        <button type="button" class="button quiet" onClick={() => setQuery({ entry: null })}>
          <Icon name="left" /> {words.frame.action.back}
        </button>
      )}
      <Loaded resource={entry}>{(payload) => <Payload payload={payload} onChanged={changed} />}</Loaded>
    </section>
  );
}

function Payload({ payload, onChanged }: { payload: QuarantinedDetail; onChanged: () => void }): VNode {
  const { session, devices } = useApp();
  const words = useWords().quarantine;
  const format = useFormat();
  const reasonName = useReasonName();
  const { href } = useScope();
  const [isMending, setMending] = useState(false);
  const device = devices.byId.value.get(payload.device);
  const facts: [string, string][] = [
    [
      words.received,
      `${format.dateTime(payload.receivedAt)}${payload.seen > 1 ? ` · ${words.seen(format.integer(payload.seen))}` : ''}`,
    ],
    [words.topic, payload.topic],
    [words.size, words.bytes(format.integer(payload.bytes))],
    ...(payload.decidedAt === null
      ? []
      : [
          [words.decidedBy, words.decided(payload.decidedBy ?? '', format.dateTime(payload.decidedAt))] as [
            string,
            string,
          ],
        ]),
    ...(payload.note === null ? [] : [[words.note, payload.note] as [string, string]]),
  ];
  return (
    <>
      <header class="pane-part">
        <div class="line wrap">
          <h2>{reasonName(payload.reason)}</h2>
          <span class={payload.state === 'held' ? 'tag is-warm' : 'tag'}>{words.state[payload.state]}</span>
        </div>
        <p class="muted" lang="en">
          {payload.detail}
        </p>
        <a class="link" href={href(`/devices/${payload.device}`)}>
          {payload.device}
        </a>
      </header>
      <div class="pane-part">
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div class="pane-part">
        <h3>
          {words.payload} <span class="tag">{payload.format.toUpperCase()}</span>
        </h3>
        <pre class="payload-body mono" tabIndex={0}>
          {payload.body}
        </pre>
        {payload.isCut && <p class="muted">{words.cut}</p>}
      </div>
      {payload.state === 'held' && session.can('quarantine:write') && (
        <Actions payload={payload} onChanged={onChanged} onMend={() => setMending(!isMending)} isMending={isMending} />
      )}
      {isMending && device !== undefined && <MappingForm device={device} onChanged={onChanged} />}
    </>
  );
}

interface ActionsProps {
  payload: QuarantinedDetail;
  onChanged: () => void;
  onMend: () => void;
  isMending: boolean;
}
function Actions({ payload, onChanged, onMend, isMending }: ActionsProps): VNode {
  const { api } = useApp();
  const words = useWords().quarantine;
  const command = useCommand();
  const act = (action: 'replay' | 'discard') => (): void =>
    command.run(async (key) => {
      await api.post(`/quarantine/${payload.id}/${action}`, {}, key);
      onChanged();
    });
  return (
    <div class="pane-part">
      <div class="line wrap">
        <button type="button" class="button" disabled={command.isBusy} onClick={act('replay')}>
          {words.replay}
        </button>
        <button type="button" class="button danger" disabled={command.isBusy} onClick={act('discard')}>
          {words.discard}
        </button>
        {payload.topic.endsWith('/telemetry') && (
          <button type="button" class="button" aria-expanded={isMending} onClick={onMend}>
            <Icon name="wrench" /> {words.mend}
          </button>
        )}
      </div>
      <FormMessage text={command.problem} />
    </div>
  );
}
