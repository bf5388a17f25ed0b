// Data quality: episodes over the fleet, what stands now, how complete the data of each day is, and one device's own.
import { Type } from 'typebox';
import { PageOf } from '../../contracts/http/page.ts';
import {
  CompletenessQuery,
  DeviceCompleteness,
  DeviceQuality,
  QualityEvent,
  QualityEventQuery,
  QualitySummary,
} from '../../contracts/http/quality.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Devices, QualityReads } from '../ports.ts';
import { DeviceParams, visibleDevice } from './devices.ts';
import type { Routes } from './route-types.ts';

const tags = ['data quality'];
const config = { permission: 'telemetry:read' } as const;

export const qualityRoutes: Routes<{ quality: QualityReads; devices: Devices }> = async (app, { quality, devices }) => {
  const visible = visibleDevice(devices);

  app.get(
    '/quality/events',
    {
      config,
      schema: {
        tags,
        summary: 'Silence, gaps, stuck sensors, implausible values, wrong clocks: newest first',
        querystring: QualityEventQuery,
        response: { 200: PageOf(QualityEvent) },
      },
    },
    async (request) => quality.events(request.query, callerOf(request).scope),
  );

  app.get(
    '/quality/summary',
    {
      config,
      schema: {
        tags,
        summary: 'What is open now, by kind',
        querystring: Type.Object({}),
        response: { 200: QualitySummary },
      },
    },
    async (request) => quality.summary(callerOf(request).scope),
  );

  app.get(
    '/quality/completeness',
    {
      config,
      schema: {
        tags,
        summary: 'Received of expected readings by device and day (UTC)',
        querystring: CompletenessQuery,
        response: { 200: PageOf(DeviceCompleteness) },
      },
    },
    async (request) => quality.completeness(request.query, callerOf(request).scope),
  );

  app.get(
    '/devices/:id/quality',
    {
      config,
      schema: {
        tags,
        summary: 'How good the data of a device is: open episodes, its clock, completeness of 30 days',
        params: DeviceParams,
        response: { 200: DeviceQuality },
      },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      return quality.device(id);
    },
  );
};
