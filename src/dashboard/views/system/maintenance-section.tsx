// The maintenance jobs: when each ran, how it went, what waits for it, when it runs next; an administrator runs one now.
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { System } from '../../../contracts/http/system.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';
import { useCommand } from '../../state/use-command.ts';
import { FormMessage } from '../../components/form-message.tsx';

type Job = System['maintenance'][number];
const LOOK_AGAIN_MS = 1_500;

const isRunning = (job: Job): boolean => job.lastStartedAt !== null && job.lastFinishedAt === null;

export function MaintenanceSection({ jobs, onChanged }: { jobs: readonly Job[]; onChanged: () => void }): VNode {
  const words = useWords().system;
  const { session } = useApp();
  const command = useCommand();
  const mayRun = session.can('system:write');
  // While one runs, its end is looked for sooner than the page reads itself again.
  useEffect(() => {
    if (!jobs.some(isRunning)) return;
    const timer = setTimeout(onChanged, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [jobs]);
  return (
    <section class="section is-whole">
      <header class="section-head">
        <h2>{words.maintenance}</h2>
      </header>
      <FormMessage text={command.problem} />
      <table>
        <thead>
          <tr>
            <th scope="col">{words.job}</th>
            <th scope="col">{words.lastRun}</th>
            <th scope="col">{words.result}</th>
            <th scope="col" class="maintenance-log">
              {words.lag}
            </th>
            <th scope="col" class="maintenance-log">
              {words.nextRun}
            </th>
            <th scope="col" class="maintenance-log">
              {words.detail}
            </th>
            {mayRun && <th scope="col">{words.action}</th>}
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.job} job={job} run={mayRun ? command : null} onChanged={onChanged} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  job: Job;
  run: ReturnType<typeof useCommand> | null;
  onChanged: () => void;
}
function JobRow({ job, run, onChanged }: RowProps): VNode {
  const { api, nowMs } = useApp();
  const words = useWords().system;
  const format = useFormat();
  const known: Readonly<Record<string, string>> = words.jobName;
  const name = known[job.job] ?? job.job;
  const start = (): void =>
    run?.run(async (key) => {
      await api.post(`/system/maintenance/${job.job}/run`, {}, key);
      onChanged();
    });
  return (
    <tr>
      <td>{name}</td>
      <td class="muted">
        {job.lastStartedAt === null ? words.never : format.ago(job.lastStartedAt, nowMs.value)}
        {job.lastStartedAt !== null && job.lastFinishedAt !== null && (
          <> · {format.integer((Date.parse(job.lastFinishedAt) - Date.parse(job.lastStartedAt)) / 1000)} s</>
        )}
      </td>
      <td>{isRunning(job) ? <span class="tag is-accent">{words.running}</span> : <Outcome ok={job.ok} />}</td>
      <td class="maintenance-log">
        <Behind job={job} />
      </td>
      <td class="muted maintenance-log">{job.nextRunAt === null ? NOTHING : format.dateTime(job.nextRunAt)}</td>
      <td class="muted maintenance-log" lang="en">
        {job.detail ?? ''}
      </td>
      {run !== null && (
        <td>
          <button
            type="button"
            class="button"
            aria-label={`${words.runNow}: ${name}`}
            disabled={run.isBusy || isRunning(job)}
            onClick={start}
          >
            {words.runNow}
          </button>
        </td>
      )}
    </tr>
  );
}

function Outcome({ ok }: { ok: boolean | null }): VNode {
  const words = useWords().system;
  if (ok === null) return <>{NOTHING}</>;
  return ok ? <span class="tag is-good">{words.ok}</span> : <span class="tag is-bad">{words.failed}</span>;
}

function Behind({ job: { job, behind } }: { job: Job }): VNode {
  const words = useWords().system;
  const format = useFormat();
  if (behind === null) return <>{NOTHING}</>;
  if (behind === 0) return <span class="tag is-good">{words.upToDate}</span>;
  const count = format.integer(behind);
  return <span class="tag is-warm">{job === 'refresh-rollups' ? words.hours(count) : words.chunks(count)}</span>;
}
