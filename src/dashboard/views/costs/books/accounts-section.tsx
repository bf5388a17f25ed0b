// The chart of accounts: which account each element goes to, drafts that wait for a second person, and a form for the next one.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { COST_ELEMENTS } from '../../../../contracts/costs.ts';
import {
  type Account,
  ACCOUNT_ROLES,
  type AccountMapping,
  type NewAccountMapping,
} from '../../../../contracts/http/journal.ts';
import type { Page } from '../../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { Loaded } from '../../../components/state-views.tsx';
import { useCommand } from '../../../state/use-command.ts';
import { useResource } from '../../../state/use-resource.ts';
import { FormMessage } from '../../../components/form-message.tsx';

interface Chart {
  accounts: readonly Account[];
  mappings: readonly AccountMapping[];
}

export function AccountsSection(): VNode {
  const { api, session } = useApp();
  const words = useWords().books.accounts;
  const chart = useResource(
    'chart of accounts',
    async (signal): Promise<Chart> => {
      const [accounts, mappings] = await Promise.all([
        api.get<Page<Account>>('/journal/accounts', undefined, signal),
        api.get<Page<AccountMapping>>('/journal/mappings', undefined, signal),
      ]);
      return { accounts: accounts.items, mappings: mappings.items };
    },
    true,
  );
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.title}</h2>
        <span class="muted">{words.hint}</span>
      </header>
      <Loaded resource={chart}>
        {(value) => (
          <>
            <Mappings chart={value} onChanged={chart.reload} />
            {session.can('costs:write') && <MappingForm chart={value} onChanged={chart.reload} />}
          </>
        )}
      </Loaded>
    </section>
  );
}

/** What is in force of an element and role; after it its drafts. */
function Mappings({ chart, onChanged }: { chart: Chart; onChanged: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords();
  const format = useFormat();
  const command = useCommand();
  const { accounts } = words.books;
  const nameOf = (code: string): string => {
    const account = chart.accounts.find((one) => one.code === code);
    return account ? `${code} ${format.text(account.name)}` : code;
  };
  const of = (element: string, role: string): AccountMapping[] =>
    chart.mappings.filter((one) => one.element === element && one.role === role);
  const approve = (id: number): void =>
    command.run(async (key) => {
      await api.post(`/journal/mappings/${id}/approve`, {}, key);
      onChanged();
    });
  const drafts = chart.mappings.filter(({ approvedBy }) => approvedBy === null);
  return (
    <>
      {drafts.map((draft) => (
        <div key={draft.id} class="section-body line wrap">
          <span class="tag is-warm">{accounts.draft}</span>
          <span>
            {words.terms.element[draft.element]} · {accounts.role[draft.role]} → {nameOf(draft.account)} ·{' '}
            {accounts.from(format.period(draft.effectiveFrom))} · {draft.author}
          </span>
          {session.can('costs:approve') && draft.author !== session.person.value?.email && (
            <button type="button" class="button" disabled={command.isBusy} onClick={() => approve(draft.id)}>
              {accounts.approve}
            </button>
          )}
        </div>
      ))}
      <FormMessage text={command.problem} />
      <div class="scroll-x" role="region" tabIndex={0} aria-label={accounts.title}>
        <table class="accounts-table">
          <thead>
            <tr>
              <th scope="col">{words.costs.fact.element}</th>
              {ACCOUNT_ROLES.map((role) => (
                <th key={role} scope="col">
                  {accounts.role[role]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {COST_ELEMENTS.map((element) => (
              <tr key={element}>
                <th scope="row">{words.terms.element[element]}</th>
                {ACCOUNT_ROLES.map((role) => {
                  const inForce = of(element, role).find(({ approvedBy }) => approvedBy !== null);
                  return <td key={role}>{inForce && nameOf(inForce.account)}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function MappingForm({ chart, onChanged }: { chart: Chart; onChanged: () => void }): VNode {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const command = useCommand();
  const { accounts } = words.books;
  const [draft, setDraft] = useState<NewAccountMapping>({
    element: 'labour',
    role: 'direct',
    account: chart.accounts[0]?.code ?? '',
    effectiveFrom: '',
  });
  const set = (own: Partial<NewAccountMapping>): void => setDraft((before) => ({ ...before, ...own }));
  const send = (): void =>
    command.run(async (key) => {
      await api.post('/journal/mappings', draft, key);
      onChanged();
    });
  return (
    <details class="section-body">
      <summary>{accounts.add}</summary>
      <div class="line wrap books-form">
        <Field label={words.costs.fact.element}>
          <Select
            value={draft.element}
            options={COST_ELEMENTS.map((value) => ({ value, text: words.terms.element[value] }))}
            onChange={(element) => set({ element })}
          />
        </Field>
        <Field label={accounts.roleLabel}>
          <Select
            value={draft.role}
            options={ACCOUNT_ROLES.map((value) => ({ value, text: accounts.role[value] }))}
            onChange={(role) => set({ role })}
          />
        </Field>
        <Field label={words.books.journal.account}>
          <Select
            value={draft.account}
            options={chart.accounts.map(({ code, name }) => ({ value: code, text: `${code} ${format.text(name)}` }))}
            onChange={(account) => set({ account })}
          />
        </Field>
        <Field label={accounts.fromLabel}>
          <input
            type="month"
            value={draft.effectiveFrom}
            placeholder="YYYY-MM"
            onInput={(event) => set({ effectiveFrom: event.currentTarget.value })}
          />
        </Field>
        <button
          type="button"
          class="button"
          disabled={command.isBusy || !/^\d{4}-\d\d$/.test(draft.effectiveFrom)}
          onClick={send}
        >
          {accounts.propose}
        </button>
      </div>
      <FormMessage text={command.problem} />
    </details>
  );
}
