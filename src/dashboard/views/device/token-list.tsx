// The device's tokens: since when, last used, until when; a new one is shown this once.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CredentialEntry } from '../../../contracts/http/device-access.ts';
import type { Credential } from '../../../contracts/http/devices.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { AccessEntry } from './access-entry.tsx';
import { CopyText } from './copy-text.tsx';
import { EntriesWithEnded } from './ended-entries.tsx';
import { FormMessage } from '../../components/form-message.tsx';

const isEnded = ({ state }: CredentialEntry): boolean => state === 'expired' || state === 'revoked';

export function TokenList({ deviceId }: { deviceId: string }): VNode {
  const { api } = useApp();
  const words = useWords().access;
  const path = `/devices/${deviceId}/credentials`;
  const tokens = useResource(path, (signal) => api.get<CredentialEntry[]>(path, {}, signal), true);
  return (
    <>
      <h4>{words.tokens}</h4>
      <Loaded resource={tokens}>
        {(entries) =>
          entries.length === 0 ? (
            <p class="muted">{words.noTokens}</p>
          ) : (
            <EntriesWithEnded entries={entries} isEnded={isEnded}>
              {(entry) => (
                <AccessEntry
                  key={entry.id}
                  state={entry.state}
                  path={isEnded(entry) ? null : `${path}/${entry.id}`}
                  onChanged={tokens.reload}
                >
                  <TokenFacts entry={entry} />
                </AccessEntry>
              )}
            </EntriesWithEnded>
          )
        }
      </Loaded>
      <NewToken path={path} hasToken={tokens.value?.some((entry) => !isEnded(entry)) ?? false} onMade={tokens.reload} />
    </>
  );
}

function TokenFacts({ entry }: { entry: CredentialEntry }): VNode {
  const { nowMs } = useApp();
  const words = useWords().access;
  const format = useFormat();
  const { createdAt, createdBy, lastUsedAt, expiresAt, state } = entry;
  const made = format.ago(createdAt, nowMs.value);
  return (
    <>
      {createdBy === null ? words.made(made) : words.madeBy(made, createdBy)} ·{' '}
      {lastUsedAt === null ? words.neverUsed : words.used(format.ago(lastUsedAt, nowMs.value))}
      {state !== 'revoked' && expiresAt !== null && ` · ${words.until(format.dateTime(expiresAt))}`}
    </>
  );
}

const OVERLAPS = ['24', '1', '168', '0'] as const;

interface NewTokenProps {
  path: string;
  hasToken: boolean;
  onMade: () => void;
}

function NewToken({ path, hasToken, onMade }: NewTokenProps): VNode {
  const { api } = useApp();
  const words = useWords().access;
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const [overlap, setOverlap] = useState<(typeof OVERLAPS)[number]>('24');
  const [made, setMade] = useState<Credential | null>(null);
  const command = useCommand();
  const make = (): void =>
    command.run(async () => {
      setMade(await api.post<Credential>(path, hasToken ? { overlapHours: Number(overlap) } : {}));
      setOpen(false);
      onMade();
    });
  if (made !== null) {
    return (
      <div class="access-once" role="status">
        <strong>{words.onceTitle}</strong>
        <CopyText text={made.token} label={words.tokens} />
        {made.previousValidUntil !== null && (
          <p class="muted">{words.previousUntil(format.dateTime(made.previousValidUntil))}</p>
        )}
        <button type="button" class="button" onClick={() => setMade(null)}>
          {words.close}
        </button>
      </div>
    );
  }
  if (!isOpen) {
    return (
      <button type="button" class="button" onClick={() => setOpen(true)}>
        {words.rotate}
      </button>
    );
  }
  return (
    <div class="access-form">
      {hasToken && (
        <Field label={words.overlap}>
          <Select
            value={overlap}
            options={OVERLAPS.map((value) => ({
              value,
              text: value === '0' ? words.overlapNone : words.overlapHours(value),
            }))}
            onChange={setOverlap}
          />
        </Field>
      )}
      <FormMessage text={command.problem} />
      <div class="line">
        <button type="button" class="button primary" disabled={command.isBusy} onClick={make}>
          {words.make}
        </button>
        <button type="button" class="button" onClick={() => setOpen(false)}>
          {words.cancel}
        </button>
      </div>
    </div>
  );
}
