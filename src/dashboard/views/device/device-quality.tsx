// How good the data of the device is: when it was heard, its clock, what is wrong now, and thirty days of completeness.
import type { VNode } from 'preact';
import type { Device, ReadingConflict } from '../../../contracts/http/devices.ts';
import type { Page } from '../../../contracts/http/page.ts';
import type { DeviceQuality as Quality, QualityEvent } from '../../../contracts/http/quality.ts';
import type { UnknownMetric } from '../../../contracts/http/unknown-metrics.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Loaded } from '../../components/state-views.tsx';
import { useResource } from '../../state/use-resource.ts';
import { CompletenessStrip, meanShare } from '../quality/completeness-strip.tsx';
import { QualitySign } from '../quality/quality-sign.tsx';
import { SwapNotices } from '../quality/swap-notices.tsx';
import { evidenceText, lastedMs, offsetText } from '../quality/quality-words.ts';

/** A clock that is no more than this off is right. */
const RIGHT_MS = 2_000;
const REREAD_MS = 60_000;

export function DeviceQuality({ device }: { device: Device }): VNode {
  const { api, nowMs } = useApp();
  const words = useWords();
  const round = `${device.id} ${device.openQuality} ${Math.floor(nowMs.value / REREAD_MS)}`;
  const quality = useResource(
    `device quality ${round}`,
    (signal) => api.get<Quality>(`/devices/${device.id}/quality`, {}, signal),
    true,
  );
  return (
    <div class="pane-part">
      <h3>{words.quality.title}</h3>
      <SwapNotices device={device.id} />
      <Loaded resource={quality}>{(value) => <Standing quality={value} />}</Loaded>
      <Oddities device={device.id} />
    </div>
  );
}

function Standing({ quality }: { quality: Quality }): VNode {
  const { nowMs } = useApp();
  const words = useWords().quality;
  const format = useFormat();
  const { clockOffsetMs, heardAt, open, completeness } = quality;
  const clock =
    clockOffsetMs === null
      ? words.clockUnknown
      : Math.abs(clockOffsetMs) <= RIGHT_MS
        ? words.clockRight
        : offsetText(clockOffsetMs, words, format);
  const mean = meanShare(completeness);
  return (
    <>
      <dl class="facts">
        <div>
          <dt>{words.heard}</dt>
          <dd>{heardAt === null ? words.never : format.ago(heardAt, nowMs.value)}</dd>
        </div>
        <div>
          <dt>{words.clock}</dt>
          <dd>{clock}</dd>
        </div>
        <div>
          <dt>{words.last30}</dt>
          <dd>{mean === null ? words.nothingExpected : format.percent1(mean)}</dd>
        </div>
      </dl>
      <CompletenessStrip days={completeness} label={words.last30} />
      {open.length === 0 ? (
        <p class="muted">{words.nothingOpen}</p>
      ) : (
        <>
          <ul class="quality-open">
            {open.map((event) => (
              <OpenEpisode key={event.id} event={event} />
            ))}
          </ul>
          <p class="notice">{words.prognosisDoubt}</p>
        </>
      )}
    </>
  );
}

function OpenEpisode({ event }: { event: QualityEvent }): VNode {
  const { nowMs } = useApp();
  const words = useWords().quality;
  const format = useFormat();
  return (
    <li>
      <span class="line">
        <QualitySign kind={event.kind} isOpen />
        <span class="grow" />
        <span class="muted">{format.span(lastedMs(event, nowMs.value))}</span>
      </span>
      <span class="muted">
        {event.metric !== null && `${format.text(event.metric.name)} · `}
        {evidenceText(event, words, format)}
      </span>
    </li>
  );
}

/** What contradicts itself, and names nobody knows; nothing where there is neither. */
function Oddities({ device }: { device: string }): VNode | null {
  const { api } = useApp();
  const words = useWords().quality;
  const format = useFormat();
  const unknown = useResource(`unknown ${device}`, (signal) =>
    api.get<{ items: UnknownMetric[] }>(`/devices/${device}/unknown-metrics`, {}, signal),
  );
  const conflicts = useResource(`conflicts ${device}`, (signal) =>
    api.get<Page<ReadingConflict>>(`/devices/${device}/conflicts`, { limit: 100 }, signal),
  );
  const names = unknown.value?.items ?? [];
  const contradictions = conflicts.value?.items.length ?? 0;
  if (names.length === 0 && contradictions === 0) return null;
  return (
    <dl class="facts">
      {contradictions > 0 && (
        <div>
          <dt>{words.conflicts}</dt>
          <dd>{words.conflictsHint(`${format.integer(contradictions)}${conflicts.value?.next == null ? '' : '+'}`)}</dd>
        </div>
      )}
      {names.length > 0 && (
        <div>
          <dt>{words.unknownHere}</dt>
          <dd class="mono">{names.map(({ metric }) => metric).join(', ')}</dd>
        </div>
      )}
    </dl>
  );
}
