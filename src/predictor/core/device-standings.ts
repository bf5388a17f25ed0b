// What can be said of every gauge of a device now, with the reason in both languages, and how far its health can be relied on:
// a gauge that is silent, cannot be judged or is beyond all experience takes from the confidence of every component it is a sign of.
import type { Component, Metric, Product } from '../../contracts/product.ts';
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { type ChannelStanding, standingOf } from './channels/standing.ts';
import { ownShareOf } from './cold-start/prior.ts';
import { type Cohort, peersText } from './multivariate/peer-normals.ts';
import { dayText } from './quantity.ts';
import { staleAfterMs } from './stale.ts';
import { type DeviceState, NEVER_MS, type Series } from './state.ts';

export interface GaugePeers {
  devices: number;
  cohort: Cohort;
  /** Weight of the device's own normal beside theirs, 0 to 1. */
  ownShare: number;
}

export interface GaugeStanding extends ChannelStanding {
  metric: Metric;
  /** Peers that stand in for its own normal; `null`: none do. */
  peers: GaugePeers | null;
  reason: Text;
}

/** `heardMs`: when each metric was last heard; the state may be a little behind. */
export function standingsOf(
  product: Product,
  state: DeviceState,
  heardMs: ReadonlyMap<string, EpochMs>,
  nowMs: EpochMs,
): GaugeStanding[] {
  return product.metrics
    .filter(({ kind }) => kind === 'gauge')
    .map((metric) => {
      const series = state.series.find((one) => one.metric === metric.code);
      const found = series === undefined ? NEVER_HEARD : standingNow(series, metric, heardMs.get(metric.code), nowMs);
      const peers = series === undefined ? null : peersNow(series);
      return { ...found, metric, peers, reason: reasonOf(metric.name, found, peers) };
    });
}

const NEVER_HEARD: ChannelStanding = { standing: 'unknown', sinceMs: null, n: 0 };

/** What the state says, silent for as long as the metric has been silent by now. */
function standingNow(series: Series, metric: Metric, heardMs = NEVER_MS, nowMs: EpochMs): ChannelStanding {
  const limitMs = staleAfterMs(metric);
  const lastMs = Math.max(series.lastMs, heardMs);
  if (lastMs === NEVER_MS) return NEVER_HEARD;
  const found = standingOf(series, series.lastMs, limitMs);
  // The channel begins when the modes' normals are known; until then there is what they have learned from.
  const learned = series.detectors.reduce((sum, { readings }) => sum + readings, 0);
  const asJudged = { ...found, n: Math.max(found.n, learned) };
  if (asJudged.standing === 'unknown') return asJudged;
  return nowMs - lastMs > limitMs ? { standing: 'stale', sinceMs: lastMs, n: asJudged.n } : asJudged;
}

/** Of the operating mode that was visited last. */
function peersNow({ detectors }: Series): GaugePeers | null {
  const last = [...detectors].sort((a, b) => b.lastMs - a.lastMs)[0];
  if (last?.peers == null) return null;
  const { devices, cohort } = last.peers;
  return { devices, cohort, ownShare: ownShareOf(last) };
}

function reasonOf(name: Text, { standing, sinceMs, n }: ChannelStanding, peers: GaugePeers | null): Text {
  const since = {
    en: sinceMs === null ? '' : ` since ${dayText(sinceMs, 'en')}`,
    zh: sinceMs === null ? '' : `自${dayText(sinceMs, 'zh')}起`,
  };
  switch (standing) {
    case 'learning':
      return learningText(name, n, peers);
    case 'normal':
      return { en: `${name.en} is as usual for this unit${since.en}.`, zh: `${name.zh}${since.zh}与本机平时一致。` };
    case 'unusual':
      return {
        en: `${name.en} is unusual for this unit${since.en}.`,
        zh: `${name.zh}${since.zh}与本机平时不同。`,
      };
    case 'out-of-distribution':
      return {
        en: `${name.en} is beyond all that was seen of this unit${since.en}: no probability is told of it.`,
        zh: `${name.zh}${since.zh}超出本机以往所有数据的范围，无从给出概率。`,
      };
    case 'stale':
      return {
        en: `No readings of ${name.en.toLowerCase()}${since.en}: its last value says nothing of now.`,
        zh: `${name.zh}${since.zh}没有新数据，最后的数值不能代表当前状态。`,
      };
    case 'unknown':
      return sinceMs === null
        ? { en: `${name.en} was never heard.`, zh: `从未收到${name.zh}的数据。` }
        : {
            en: `Values of ${name.en.toLowerCase()} cannot be trusted${since.en}.`,
            zh: `${name.zh}${since.zh}的数值不可信。`,
          };
  }
}

function learningText(name: Text, n: number, peers: GaugePeers | null): Text {
  if (peers === null) {
    return {
      en: `${name.en} of this unit is still being learned (${n} values): nothing is claimed yet.`,
      zh: `本机${name.zh}尚在学习（已有 ${n} 个数值），暂不作判断。`,
    };
  }
  const { en, zh } = peersText(peers.cohort, peers.devices);
  return {
    en: `${name.en} of this unit is still being learned (${n} values): judged by ${en} until then.`,
    zh: `本机${name.zh}尚在学习（已有 ${n} 个数值），暂按${zh}判断。`,
  };
}

/** Gauges of which nothing follows for now. */
const BLIND: ReadonlySet<ChannelStanding['standing']> = new Set(['out-of-distribution', 'stale', 'unknown']);
export const isBlind = ({ standing }: Pick<ChannelStanding, 'standing'>): boolean => BLIND.has(standing);

/** What a gauge that is judged by its peers adds to the confidence in health. */
const BY_PEERS = 0.5;

export interface Reliance {
  /** Share of the gauges that health rests on which can be relied on, 0 to 1; `null`: it rests on none. */
  confidence: number | null;
  /** Metrics that take from it, as the catalogue orders them. */
  doubts: string[];
}

export function relianceOf(standings: readonly GaugeStanding[]): Reliance {
  const counts = standings.map((one) =>
    isBlind(one) ? 0 : one.standing !== 'learning' ? 1 : one.peers === null ? 0 : BY_PEERS,
  );
  const sum = counts.reduce<number>((total, count) => total + count, 0);
  return {
    confidence: standings.length === 0 ? null : sum / standings.length,
    doubts: standings.flatMap(({ metric }, index) => ((counts[index] as number) < 1 ? metric.code : [])),
  };
}

export const signsOf = ({ failureModes }: Component): ReadonlySet<string> =>
  new Set(failureModes.flatMap(({ signs }) => signs.map(({ metric }) => metric)));
