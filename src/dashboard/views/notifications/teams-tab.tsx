// Teams that escalation levels can name, with their members.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Reachable, Team } from '../../../contracts/http/notifications.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { DeleteButton } from '../../components/delete-button.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { FormMessage } from '../../components/form-message.tsx';

const PATH = '/notifications/teams';
type People = Reachable['people'];

export function TeamsTab(): VNode {
  const { api, session } = useApp();
  const words = useWords().notifications.team;
  const format = useFormat();
  const teams = useResource(PATH, (signal) => api.get<Team[]>(PATH, {}, signal));
  const reachable = useResource('recipients', (signal) => api.get<Reachable>('/notifications/recipients', {}, signal));
  const people = reachable.value?.people ?? [];
  const mayWrite = session.can('notifications:write');
  return (
    <section class="section is-whole">
      <Loaded resource={teams}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="person" title={words.none} hint={words.noneHint} />
          ) : (
            <ul class="notification-list">
              {items.map((team) => (
                <li key={team.code}>
                  <span class="notification-top">
                    <strong>{format.text(team.name)}</strong>
                    <span class="muted">{team.code}</span>
                    <span class="grow" />
                    {mayWrite && (
                      <DeleteButton
                        text={words.remove}
                        sure={words.removeSure}
                        onDelete={async () => {
                          await api.delete(`${PATH}/${team.code}`, team.revision);
                          teams.reload();
                        }}
                      />
                    )}
                  </span>
                  <Members
                    key={team.revision}
                    chosen={team.members}
                    people={people}
                    save={
                      mayWrite
                        ? async (members) => {
                            await api.patch(`${PATH}/${team.code}`, { members }, team.revision);
                            teams.reload();
                          }
                        : null
                    }
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {mayWrite && <NewTeamForm onMade={teams.reload} />}
    </section>
  );
}

interface MembersProps {
  chosen: readonly number[];
  people: People;
  save: ((members: number[]) => Promise<void>) | null;
}

function Members({ chosen, people, save }: MembersProps): VNode {
  const words = useWords().notifications.team;
  const [members, setMembers] = useState<ReadonlySet<number>>(new Set(chosen));
  const command = useCommand();
  const isChanged = members.size !== chosen.length || chosen.some((id) => !members.has(id));
  const toggle = (id: number): void => {
    const next = new Set(members);
    if (!next.delete(id)) next.add(id);
    setMembers(next);
  };
  return (
    <>
      <span class="team-members" role="group" aria-label={words.members}>
        {people
          .filter(({ id }) => save !== null || members.has(id))
          .map(({ id, name, email }) => (
            <label key={id} class="check" title={email}>
              <input type="checkbox" checked={members.has(id)} disabled={save === null} onChange={() => toggle(id)} />
              {name}
            </label>
          ))}
      </span>
      {command.problem !== null && <span class="form-message">{command.problem}</span>}
      {save !== null && isChanged && (
        <button
          type="button"
          class="button primary"
          disabled={command.isBusy}
          onClick={() => command.run(() => save([...members]))}
        >
          {words.save}
        </button>
      )}
    </>
  );
}

function NewTeamForm({ onMade }: { onMade: () => void }): VNode {
  const { api } = useApp();
  const words = useWords();
  const say = words.notifications.team;
  const [isOpen, setOpen] = useState(false);
  const [team, setTeam] = useState({ code: '', en: '', zh: '' });
  const command = useCommand();
  if (!isOpen) {
    return (
      <button type="button" class="button section-button" onClick={() => setOpen(true)}>
        <Icon name="plus" size={14} /> {say.add}
      </button>
    );
  }
  const field = (label: string, name: keyof typeof team): VNode => (
    <Field label={label}>
      <input
        required
        maxLength={64}
        value={team[name]}
        onInput={(event) => setTeam({ ...team, [name]: event.currentTarget.value })}
      />
    </Field>
  );
  return (
    <form
      class="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        command.run(async (key) => {
          await api.post(PATH, { code: team.code, name: { en: team.en, zh: team.zh }, members: [] }, key);
          setOpen(false);
          onMade();
        });
      }}
    >
      {field(say.code, 'code')}
      {field(say.nameZh, 'zh')}
      {field(say.nameEn, 'en')}
      <FormMessage text={command.problem} />
      <div class="line">
        <button type="submit" class="button primary" disabled={command.isBusy}>
          {say.add}
        </button>
        <button type="button" class="button quiet" onClick={() => setOpen(false)}>
          {words.frame.action.cancel}
        </button>
      </div>
    </form>
  );
}
