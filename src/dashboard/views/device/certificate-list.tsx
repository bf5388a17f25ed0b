// The device's client certificates, and signing another from a request made on the device.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { DeviceCertificate, IssuedCertificate } from '../../../contracts/http/device-access.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field } from '../../components/field.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { AccessEntry } from './access-entry.tsx';
import { CopyText } from './copy-text.tsx';
import { EntriesWithEnded } from './ended-entries.tsx';
import { FormMessage } from '../../components/form-message.tsx';

/** As much of a serial number as people compare. */
const SERIAL_SHOWN = 12;

export function CertificateList({ deviceId }: { deviceId: string }): VNode {
  const { api, nowMs } = useApp();
  const words = useWords().access;
  const format = useFormat();
  const path = `/devices/${deviceId}/certificates`;
  const certificates = useResource(path, (signal) => api.get<DeviceCertificate[]>(path, {}, signal), true);
  const factsOf = ({ createdAt, createdBy, lastUsedAt, notAfter }: DeviceCertificate): string => {
    const made = format.ago(createdAt, nowMs.value);
    return [
      createdBy === null ? words.elsewhere(made) : words.madeBy(made, createdBy),
      lastUsedAt === null ? words.neverUsed : words.used(format.ago(lastUsedAt, nowMs.value)),
      words.until(format.date(notAfter)),
    ].join(' · ');
  };
  return (
    <>
      <h4>{words.certificates}</h4>
      <Loaded resource={certificates}>
        {(entries) =>
          entries.length === 0 ? (
            <p class="muted">{words.noCertificates}</p>
          ) : (
            <EntriesWithEnded entries={entries} isEnded={({ state }) => state !== 'valid'}>
              {(entry) => (
                <AccessEntry
                  key={entry.id}
                  state={entry.state}
                  path={entry.state === 'valid' ? `${path}/${entry.id}` : null}
                  onChanged={certificates.reload}
                >
                  <span class="mono" title={entry.serial}>
                    {entry.serial.slice(0, SERIAL_SHOWN)}
                  </span>{' '}
                  · {factsOf(entry)}
                </AccessEntry>
              )}
            </EntriesWithEnded>
          )
        }
      </Loaded>
      <SignRequest path={path} deviceId={deviceId} onSigned={certificates.reload} />
    </>
  );
}

interface SignProps {
  path: string;
  deviceId: string;
  onSigned: () => void;
}

function SignRequest({ path, deviceId, onSigned }: SignProps): VNode {
  const { api } = useApp();
  const words = useWords().access;
  const [isOpen, setOpen] = useState(false);
  const [request, setRequest] = useState('');
  const [days, setDays] = useState('730');
  const [issued, setIssued] = useState<IssuedCertificate | null>(null);
  const command = useCommand();
  const sign = (): void =>
    command.run(async (key) => {
      setIssued(await api.post<IssuedCertificate>(path, { request, days: Number(days) }, key));
      setOpen(false);
      setRequest('');
      onSigned();
    });
  if (issued !== null) {
    const pem = `${issued.certificate}${issued.authority}`;
    return (
      <div class="access-once" role="status">
        <strong>{words.issuedTitle}</strong>
        <p class="muted">{words.issuedHint}</p>
        <CopyText text={pem} label={words.issuedTitle} />
        <div class="line">
          <a
            class="button"
            download={`${deviceId}.pem`}
            href={`data:application/x-pem-file,${encodeURIComponent(pem)}`}
          >
            {words.save}
          </a>
          <button type="button" class="button" onClick={() => setIssued(null)}>
            {words.close}
          </button>
        </div>
      </div>
    );
  }
  if (!isOpen) {
    return (
      <button type="button" class="button" onClick={() => setOpen(true)}>
        {words.sign}
      </button>
    );
  }
  return (
    <form
      class="access-form"
      onSubmit={(event) => {
        event.preventDefault();
        sign();
      }}
    >
      <Field label={words.request} hint={words.requestHint}>
        <textarea
          class="mono"
          required
          rows={5}
          spellcheck={false}
          value={request}
          onInput={(event) => setRequest(event.currentTarget.value)}
        />
      </Field>
      <Field label={words.days}>
        <input
          type="number"
          required
          min={1}
          max={3650}
          value={days}
          onInput={(event) => setDays(event.currentTarget.value)}
        />
      </Field>
      <FormMessage text={command.problem} />
      <div class="line">
        <button type="submit" class="button primary" disabled={command.isBusy}>
          {words.signIt}
        </button>
        <button type="button" class="button" onClick={() => setOpen(false)}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}
