// The journal of a month: entries, the newest posting first, and the balance of every account.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type AccountBalance, JOURNAL_KINDS, type JournalEntry } from '../../../../contracts/http/journal.ts';
import type { Page } from '../../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Select } from '../../../components/field.tsx';
import { MoreRows } from '../../../components/more-rows.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Empty, Loaded } from '../../../components/state-views.tsx';
import { usePages } from '../../../state/use-pages.ts';
import { useResource } from '../../../state/use-resource.ts';

const LIMIT = 50;

export function JournalSection({ period, version }: { period: string; version: number }): VNode {
  const words = useWords().books.journal;
  const [shown, setShown] = useState<'balances' | 'entries'>('balances');
  const [account, setAccount] = useState<string | null>(null);
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.title}</h2>
        <span class="muted">{words.hint}</span>
        <span class="grow" />
        <Segmented
          label={words.show}
          value={shown}
          options={[
            { value: 'balances', text: words.balances },
            { value: 'entries', text: words.entries },
          ]}
          onChange={setShown}
        />
      </header>
      {shown === 'balances' ? (
        <Balances
          period={period}
          version={version}
          onAccount={(code) => {
            setAccount(code);
            setShown('entries');
          }}
        />
      ) : (
        <Entries period={period} version={version} account={account} onEvery={() => setAccount(null)} />
      )}
    </section>
  );
}

interface BalancesProps {
  period: string;
  version: number;
  onAccount: (code: string) => void;
}

function Balances({ period, version, onAccount }: BalancesProps): VNode {
  const { api } = useApp();
  const words = useWords().books.journal;
  const format = useFormat();
  const balances = useResource(
    `balances ${period} ${version}`,
    async (signal) => (await api.get<Page<AccountBalance>>('/journal/balances', { period }, signal)).items,
    true,
  );
  return (
    <Loaded resource={balances}>
      {(items) =>
        items.length === 0 ? (
          <Empty icon="receipt" title={words.empty} />
        ) : (
          <div class="scroll-x">
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.account}</th>
                  <th scope="col" class="number">
                    {words.debit}
                  </th>
                  <th scope="col" class="number">
                    {words.credit}
                  </th>
                  <th scope="col" class="number">
                    {words.balance}
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ account, debit, credit, balance }) => (
                  <tr key={`${account.code} ${balance.currency}`}>
                    <th scope="row">
                      <button type="button" class="link books-account" onClick={() => onAccount(account.code)}>
                        {account.code} {format.text(account.name)}
                      </button>
                    </th>
                    <td class="number">{format.moneyExact(debit)}</td>
                    <td class="number">{format.moneyExact(credit)}</td>
                    <td class="number">{format.moneyExact(balance)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Loaded>
  );
}

interface EntriesProps {
  period: string;
  version: number;
  account: string | null;
  onEvery: () => void;
}

function Entries({ period, version, account, onEvery }: EntriesProps): VNode {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const { journal } = words.books;
  const [kind, setKind] = useState<JournalEntry['kind'] | 'all'>('all');
  const asked = { period, limit: LIMIT, account, kind: kind === 'all' ? null : kind };
  const pages = usePages(`journal ${JSON.stringify(asked)} ${version}`, (cursor, signal) =>
    api.get<Page<JournalEntry>>('/journal', { ...asked, cursor }, signal),
  );
  return (
    <>
      <div class="section-body line wrap">
        <Select
          label={journal.kindLabel}
          value={kind}
          options={(['all', ...JOURNAL_KINDS] as const).map((value) => ({ value, text: journal.kind[value] }))}
          onChange={setKind}
        />
        {account !== null && (
          <button type="button" class="button" onClick={onEvery}>
            {journal.onlyAccount(account)}
          </button>
        )}
      </div>
      <Loaded resource={pages}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="receipt" title={journal.empty} />
          ) : (
            <div class="scroll-x" role="region" tabIndex={0} aria-label={journal.entries}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{journal.entry}</th>
                    <th scope="col">{journal.on}</th>
                    <th scope="col">{journal.account}</th>
                    <th scope="col">{journal.source}</th>
                    <th scope="col" class="number">
                      {journal.debit}
                    </th>
                    <th scope="col" class="number">
                      {journal.credit}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((entry) => (
                    <tr key={`${entry.journal} ${entry.line}`}>
                      <td class="number fit">{`${entry.journal}/${entry.line}`}</td>
                      <td class="fit">{format.date(entry.postedOn)}</td>
                      <td>
                        {entry.account.code} {format.text(entry.account.name)}
                      </td>
                      <td class="muted">
                        {sourceOf(entry, journal)}
                        {entry.pool !== null && ` · ${words.costs.pool(entry.pool)}`}
                        {entry.batch !== null && ` · ${journal.inBatch(String(entry.batch))}`}
                      </td>
                      <td class="number">{entry.debit && format.moneyExact(entry.debit)}</td>
                      <td class="number">{entry.credit && format.moneyExact(entry.credit)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      <MoreRows pages={pages} />
    </>
  );
}

interface SourceWords {
  ofFact: (id: string) => string;
  ofRun: (id: string) => string;
  ofReversal: (id: string) => string;
}
function sourceOf({ fact, run, reverses }: JournalEntry, words: SourceWords): string {
  if (fact !== null) return words.ofFact(String(fact));
  return run !== null ? words.ofRun(String(run)) : words.ofReversal(String(reverses));
}
