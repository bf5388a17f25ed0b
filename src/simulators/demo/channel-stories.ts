// What becomes of the demo's data on its way, so that the screens of data quality have something to tell: days off line,
// a clock set wrong, a sensor that sticks, a metric nobody declared, and seconds told for milliseconds. Pure.
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts';
import type { DeviceSample } from '../device-model.ts';

interface ChannelStory {
  device: string;
  /** Counted from the moment the fleet goes live; negative is before it. */
  fromMs: number;
  toMs: number;
  /** What leaves the device instead of the sample; null: nothing does. */
  tell: (sample: DeviceSample) => DeviceSample | null;
}

const FOR_EVER_MS = 365 * DAY_MS;
const CLOCK_BEHIND_MS = 4 * 60_000;
const STUCK_AT_CEL = 4.1;
/** A new firmware told seconds until it was put right. */
const WRONG_FIRMWARE_MS = 90_000;

const offLine = (device: string, daysAgo: number, days: number): ChannelStory => ({
  device,
  fromMs: -daysAgo * DAY_MS,
  toMs: (days - daysAgo) * DAY_MS,
  tell: () => null,
});

const withValue = (sample: DeviceSample, metric: string, value: number): DeviceSample => ({
  ...sample,
  values: { ...sample.values, [metric]: value },
});

const STORIES: readonly ChannelStory[] = [
  offLine('HD-004', 11, 2),
  offLine('CT-002', 5, 1),
  offLine('PUMP-003', 9, 4),
  {
    device: 'VENT-005',
    fromMs: -2 * DAY_MS,
    toMs: FOR_EVER_MS,
    tell: (sample) => ({ ...sample, ts: sample.ts - CLOCK_BEHIND_MS }),
  },
  {
    device: 'FRIDGE-004',
    fromMs: -18 * HOUR_MS,
    toMs: FOR_EVER_MS,
    tell: (sample) => withValue(sample, 'product_temp', STUCK_AT_CEL),
  },
  {
    device: 'PUMP-007',
    fromMs: -DAY_MS,
    toMs: FOR_EVER_MS,
    tell: (sample) => withValue(sample, 'wifi_rssi', -60 - (Math.floor(sample.ts / 60_000) % 7)),
  },
  {
    device: 'VENT-008',
    fromMs: 0,
    toMs: WRONG_FIRMWARE_MS,
    tell: (sample) => ({ ...sample, ts: Math.floor(sample.ts / 1000) }),
  },
];

/** What the service gets of a device's samples; `liveMs` is when the fleet goes live. */
export function throughChannel(device: string, samples: readonly DeviceSample[], liveMs: EpochMs): DeviceSample[] {
  const stories = STORIES.filter((story) => story.device === device);
  return samples.flatMap((sample) => {
    const atMs = sample.ts - liveMs;
    const story = stories.find(({ fromMs, toMs }) => fromMs < atMs && atMs <= toMs);
    return story ? (story.tell(sample) ?? []) : [sample];
  });
}
