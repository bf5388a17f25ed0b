// What a device says and what is known about it: series, latest values, health, prognoses, and its whole story.
import { Type } from 'typebox';
import {
  CountQuery,
  Health,
  LatestValue,
  Prognosis,
  PrognosisQuery,
  ReadingConflict,
  ReadingCount,
  Series,
  SeriesQuery,
  TIMELINE_KINDS,
  TimelineEntry,
  type TimelineKind,
} from '../../contracts/http/devices.ts';
import { Instant, PageOf, PageQuery } from '../../contracts/http/page.ts';
import { Problem } from '../../contracts/problems.ts';
import { type Clock, DAY_MS } from '../../contracts/time.ts';
import type { Devices, HealthReads, Telemetry } from '../ports.ts';
import { DeviceParams, visibleDevice } from './devices.ts';
import type { Routes } from './route-types.ts';

interface Ports {
  devices: Devices;
  telemetry: Telemetry;
  health: HealthReads;
  clock: Clock;
}

const TimelineQuery = Type.Object({
  /** Only what happened before it: the time of the last entry of the page before. */
  before: Type.Optional(Instant),
  /** Kinds of entries, joined by commas; left out: all. */
  kinds: Type.Optional(Type.String({ pattern: `^(${TIMELINE_KINDS.join('|')})(,(${TIMELINE_KINDS.join('|')}))*$` })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
});
const DEFAULT_POINTS = 600;

const tags = ['devices'];

export const deviceReadingRoutes: Routes<Ports> = async (app, { devices, telemetry, health, clock }) => {
  const visible = visibleDevice(devices);

  app.get(
    '/devices/:id/telemetry',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags,
        summary: 'A series, downsampled to at most `points`; gaps stay gaps. Default: the last 24 hours',
        params: DeviceParams,
        querystring: SeriesQuery,
        response: { 200: Series },
      },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      const { metric, from, to, points = DEFAULT_POINTS } = request.query;
      const toMs = to === undefined ? clock.now() : Date.parse(to);
      const fromMs = from === undefined ? toMs - DAY_MS : Date.parse(from);
      if (!(fromMs < toMs)) throw new Problem('validation-failed', 'from must be before to');
      return telemetry.series({ device: id, metric, fromMs, toMs, points });
    },
  );

  app.get(
    '/devices/:id/telemetry/counts',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags,
        summary: 'How many readings of each metric are stored in a span',
        params: DeviceParams,
        querystring: CountQuery,
        response: { 200: Type.Array(ReadingCount) },
      },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      const { from, to } = request.query;
      const toMs = to === undefined ? clock.now() : Date.parse(to);
      const fromMs = from === undefined ? 0 : Date.parse(from);
      if (!(fromMs < toMs)) throw new Problem('validation-failed', 'from must be before to');
      return telemetry.counts({ device: id, fromMs, toMs });
    },
  );

  app.get(
    '/devices/:id/conflicts',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags,
        summary: 'Readings that came again with another value, newest first; the first value stands',
        params: DeviceParams,
        querystring: PageQuery,
        response: { 200: PageOf(ReadingConflict) },
      },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      return telemetry.conflicts(id, request.query);
    },
  );

  app.get(
    '/devices/:id/latest',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags,
        summary: 'The newest value of each metric',
        params: DeviceParams,
        response: { 200: Type.Object({ items: Type.Array(LatestValue) }) },
      },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      return { items: await telemetry.latest(id) };
    },
  );

  app.get(
    '/devices/:id/health',
    {
      config: { permission: 'fleet:read' },
      schema: { tags, summary: 'Health by component, with its trend', params: DeviceParams, response: { 200: Health } },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      return health.health(id);
    },
  );

  app.get(
    '/devices/:id/prognoses',
    {
      config: { permission: 'alerts:read' },
      schema: {
        tags,
        summary: 'Prognoses, newest first; with `latest` only the newest of each component and model',
        params: DeviceParams,
        querystring: PrognosisQuery,
        response: { 200: PageOf(Prognosis) },
      },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      return health.prognoses(id, request.query);
    },
  );

  app.get(
    '/devices/:id/timeline',
    {
      config: { permission: 'alerts:read' },
      schema: {
        tags,
        summary: 'Everything that happened to it, newest first',
        params: DeviceParams,
        querystring: TimelineQuery,
        response: { 200: Type.Object({ items: Type.Array(TimelineEntry), next: Type.Union([Instant, Type.Null()]) }) },
      },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      const { before, kinds, limit = 100 } = request.query;
      const items = await devices.timeline(id, {
        ...(before === undefined ? {} : { before }),
        ...(kinds === undefined ? {} : { kinds: kinds.split(',') as TimelineKind[] }),
        limit,
      });
      return { items, next: items.length < limit ? null : (items.at(-1)?.at ?? null) };
    },
  );
};
