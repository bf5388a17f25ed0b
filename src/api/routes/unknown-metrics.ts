// Names that devices send and their products do not have: what a product's definition may be lacking.
import { Type } from 'typebox';
import { PageOf } from '../../contracts/http/page.ts';
import { FleetUnknownMetric, UnknownMetric, UnknownMetricQuery } from '../../contracts/http/unknown-metrics.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Devices, UnknownMetrics } from '../ports.ts';
import { DeviceParams, visibleDevice } from './devices.ts';
import type { Routes } from './route-types.ts';

export const unknownMetricRoutes: Routes<{ devices: Devices; unknownMetrics: UnknownMetrics }> = async (app, ports) => {
  const { devices, unknownMetrics } = ports;
  const visible = visibleDevice(devices);

  app.get(
    '/devices/:id/unknown-metrics',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags: ['devices'],
        summary: 'Metrics it sends that its product does not have',
        params: DeviceParams,
        response: { 200: Type.Object({ items: Type.Array(UnknownMetric) }) },
      },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      return { items: await unknownMetrics.ofDevice(id) };
    },
  );

  app.get(
    '/unknown-metrics',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags: ['devices'],
        summary: 'Metrics that devices send and their product does not have, by product',
        querystring: UnknownMetricQuery,
        response: { 200: PageOf(FleetUnknownMetric) },
      },
    },
    async (request) => unknownMetrics.list(request.query, callerOf(request).scope),
  );
};
