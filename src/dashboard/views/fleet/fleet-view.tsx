// The fleet: how many are in which state, and every device as a list or a wall, with a look at one beside it.
import type { VNode } from 'preact';
import type { Status } from '../../../contracts/health.ts';
import type { Device } from '../../../contracts/http/devices.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Empty, Skeleton } from '../../components/state-views.tsx';
import { useIsPhone, useIsWide } from '../../state/use-media.ts';
import { useScope } from '../../state/use-scope.ts';
import { DevicePeek } from './device-peek.tsx';
import { FleetCards } from './fleet-cards.tsx';
import { devicesIn, GROUPINGS, type Grouping, itemsOf, SORT_KEYS, type Sort, sortDevices } from './fleet-rows.ts';
import { FleetTable } from './fleet-table.tsx';
import { FleetWall } from './fleet-wall.tsx';
import { StatusStrip } from './status-strip.tsx';

const ARRANGEMENTS = ['list', 'wall'] as const;
type Arrangement = (typeof ARRANGEMENTS)[number];

const choice = <T extends string>(allowed: readonly T[], value: string | undefined, otherwise: T): T =>
  allowed.find((one) => one === value) ?? otherwise;

export function FleetView({ id }: { id?: string }): VNode {
  const { devices } = useApp();
  const words = useWords().fleet;
  const format = useFormat();
  const { filter, query, setQuery, href } = useScope();
  const isWide = useIsWide();
  const inFilter = devicesIn(devices.byId.value.values(), filter);
  const status = (query['status'] ?? null) as Status | null;
  const arrangement = choice<Arrangement>(ARRANGEMENTS, query['view'], 'list');
  const shown = status === null ? inFilter : inFilter.filter((device) => device.status === status);
  const chosen = id === undefined ? undefined : devices.byId.value.get(id);
  const kept = { status, view: query['view'] ?? null, group: query['group'] ?? null, sort: query['sort'] ?? null };
  const hrefOf = (device: Device): string =>
    isWide ? href(device.id === id ? '/fleet' : `/fleet/${device.id}`, kept) : href(`/devices/${device.id}`);

  return (
    <div class="view fills">
      <div class="view-head">
        <h1>{words.title}</h1>
        <span class="muted">{words.devices(format.integer(inFilter.length))}</span>
        <span class="grow" />
        <FleetTools arrangement={arrangement} />
      </div>
      <StatusStrip devices={inFilter} chosen={status} onChoose={(one) => setQuery({ status: one })} />
      {!devices.isLoaded.value ? (
        <div class="section">
          <Skeleton rows={14} />
        </div>
      ) : inFilter.length === 0 && filter.region === null && filter.customer === null ? (
        <Empty icon="fleet" title={words.empty} hint={words.emptyHint} />
      ) : shown.length === 0 ? (
        <Empty icon="filter" title={words.noMatch} hint={words.noMatchHint} />
      ) : (
        <div class={chosen && isWide ? 'split fleet-split has-detail' : 'split'}>
          <FleetBody devices={shown} arrangement={arrangement} chosenId={id ?? null} hrefOf={hrefOf} />
          {chosen && isWide && <DevicePeek device={chosen} closeHref={href('/fleet', kept)} />}
        </div>
      )}
    </div>
  );
}

interface BodyProps {
  devices: readonly Device[];
  arrangement: Arrangement;
  chosenId: string | null;
  hrefOf: (device: Device) => string;
}
function FleetBody({ devices, arrangement, chosenId, hrefOf }: BodyProps): VNode {
  const { language } = useFormat();
  const { query, setQuery } = useScope();
  const isPhone = useIsPhone();
  const [key, direction] = (query['sort'] ?? '').split('.');
  const sort: Sort = { key: choice(SORT_KEYS, key, 'status'), isDescending: direction === 'down' };
  const sorted = sortDevices(devices, sort, language);
  const grouping = choice<Grouping>(GROUPINGS, query['group'], arrangement === 'wall' ? 'region' : 'none');
  if (arrangement === 'wall')
    return <FleetWall devices={sorted} grouping={grouping} chosenId={chosenId} hrefOf={hrefOf} />;
  const items = itemsOf(sorted, grouping);
  if (isPhone) return <FleetCards items={items} hrefOf={hrefOf} />;
  return (
    <FleetTable
      items={items}
      sort={sort}
      isNarrow={chosenId !== null}
      chosenId={chosenId}
      hrefOf={hrefOf}
      onSort={(next) => setQuery({ sort: `${next.key}.${next.isDescending ? 'down' : 'up'}` })}
    />
  );
}

function FleetTools({ arrangement }: { arrangement: Arrangement }): VNode {
  const words = useWords().fleet;
  const { query, setQuery } = useScope();
  const groupings = GROUPINGS.filter((one) => arrangement === 'list' || one !== 'none');
  return (
    <div class="line">
      <span class="fleet-group">
        <Select
          label={words.group.label}
          value={choice<Grouping>(groupings, query['group'], arrangement === 'wall' ? 'region' : 'none')}
          options={groupings.map((value) => ({ value, text: words.group[value] }))}
          onChange={(group) => setQuery({ group: group === 'none' ? null : group })}
        />
      </span>
      <Segmented
        label={words.view.label}
        value={arrangement}
        options={ARRANGEMENTS.map((value) => ({
          value,
          text: (
            <>
              <Icon name={value} size={14} /> {words.view[value]}
            </>
          ),
        }))}
        onChange={(view) => setQuery({ view: view === 'list' ? null : view })}
      />
    </div>
  );
}
