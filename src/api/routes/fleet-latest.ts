// The newest values of the whole fleet in one answer, as far as the caller may see it.
import { FleetLatestQuery, FleetLatestValues } from '../../contracts/http/fleet-latest.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Telemetry } from '../ports.ts';
import type { Routes } from './route-types.ts';

export const fleetLatestRoutes: Routes<{ telemetry: Pick<Telemetry, 'fleetLatest'> }> = async (app, { telemetry }) => {
  app.get(
    '/fleet/latest',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags: ['devices'],
        summary: 'The newest value of each metric of every device, by column',
        querystring: FleetLatestQuery,
        response: { 200: FleetLatestValues },
      },
    },
    async (request) => telemetry.fleetLatest(request.query, callerOf(request).scope),
  );
};
