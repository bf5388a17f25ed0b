// How the instance itself is doing: database, upkeep, event consumers, imports.
import type { VNode } from 'preact';
import type { System } from '../../../contracts/http/system.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Loaded, Skeleton } from '../../components/state-views.tsx';
import { NOTHING } from '../../format/format.ts';
import { useResource } from '../../state/use-resource.ts';
import { ImportPanel } from '../imports/import-panel.tsx';
import { MaintenanceSection } from './maintenance-section.tsx';
import { RetentionSection } from './retention-section.tsx';
import { StorageSection } from './storage-section.tsx';

const REREAD_MS = 30_000;

export function SystemView(): VNode {
  const { api, session, nowMs } = useApp();
  const words = useWords().system;
  const system = useResource(
    `system ${Math.floor(nowMs.value / REREAD_MS)}`,
    (signal) => api.get<System>('/system', {}, signal),
    true,
  );
  return (
    <div class="view">
      <div class="view-head">
        <h1>{words.title}</h1>
        {system.value !== null && (
          <span class="muted">
            {words.version} {system.value.version}
          </span>
        )}
      </div>
      <Loaded
        resource={system}
        skeleton={
          <div class="section">
            <Skeleton rows={8} />
          </div>
        }
      >
        {(value) => (
          <div class="system-columns">
            <DatabaseSection database={value.database} />
            <StorageSection storage={value.storage} />
            <ConsumerSection consumers={value.consumers} />
            {session.can('fleet:read') && <RetentionSection />}
            <MaintenanceSection jobs={value.maintenance} onChanged={system.reload} />
            <ImportPanel />
          </div>
        )}
      </Loaded>
    </div>
  );
}

function DatabaseSection({ database }: { database: System['database'] }): VNode {
  const words = useWords().system;
  const format = useFormat();
  const yesNo = (is: boolean): string => (is ? words.yes : words.no);
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.database}</h2>
        <span class="tag is-accent">{words.kind[database.kind]}</span>
        <span class="tag">{words.license[database.license]}</span>
      </header>
      <dl class="facts database-facts section-body">
        <div>
          <dt>PostgreSQL</dt>
          <dd>{database.postgres}</dd>
        </div>
        <div>
          <dt>TimescaleDB</dt>
          <dd>{database.timescale}</dd>
        </div>
        <div>
          <dt>{words.aggregates}</dt>
          <dd>{yesNo(database.continuousAggregates)}</dd>
        </div>
        <div>
          <dt>{words.compression}</dt>
          <dd>{yesNo(database.compression)}</dd>
        </div>
        <div class="is-whole">
          <dt>{words.promise}</dt>
          <dd>{format.text(database.promise)}</dd>
        </div>
      </dl>
    </section>
  );
}

function ConsumerSection({ consumers }: { consumers: System['consumers'] }): VNode {
  const words = useWords().system;
  const known: Readonly<Record<string, string>> = words.consumerName;
  const format = useFormat();
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.consumers}</h2>
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.consumer}</th>
            <th scope="col" class="number">
              {words.position}
            </th>
            <th scope="col" class="number">
              {words.lag}
            </th>
            <th scope="col" class="number">
              {words.parked}
            </th>
          </tr>
        </thead>
        <tbody>
          {consumers.map((one) => (
            <tr key={one.name}>
              <td>{known[one.name] ?? one.name}</td>
              <td class="number">{format.integer(one.position)}</td>
              <td class="number">
                {one.lag === 0 ? (
                  <span class="tag is-good">{words.upToDate}</span>
                ) : (
                  <span class="tag is-warm">{words.events(format.integer(one.lag))}</span>
                )}
              </td>
              <td class="number">
                {one.failures === 0 ? NOTHING : <span class="tag is-bad">{format.integer(one.failures)}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
