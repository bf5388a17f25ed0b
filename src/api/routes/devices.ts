// Devices: the fleet list, registration, edits, and their credentials. What they measure is in device-readings.ts.
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Credential, Device, DevicePatch, DeviceQuery, NewDevice } from '../../contracts/http/devices.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { Code } from '../../contracts/product.ts';
import { callerOf } from '../plugins/auth.ts';
import { requireMatch, revisionOf, sendRecord } from '../plugins/revisions.ts';
import type { Credentials, Devices } from '../ports.ts';
import { found, type Routes } from './route-types.ts';

export const DeviceParams = Type.Object({ id: Code });
const Rotation = Type.Object({
  /** How long the token before stays valid; 0 ends it at once (it leaked). */
  overlapHours: Type.Optional(Type.Integer({ minimum: 0, maximum: 720 })),
});

const tags = ['devices'];

/** Reads a device as the caller may see it, or answers 404. */
export const visibleDevice =
  (devices: Pick<Devices, 'one'>) =>
  async (id: string, request: FastifyRequest): Promise<Device> =>
    found(await devices.one(id, callerOf(request).scope), `device ${id}`);

export const deviceRoutes: Routes<{ devices: Devices; credentials: Credentials }> = async (app, ports) => {
  const { devices, credentials } = ports;
  const visible = visibleDevice(devices);

  app.get(
    '/devices',
    {
      config: { permission: 'fleet:read' },
      schema: { tags, summary: 'The fleet', querystring: DeviceQuery, response: { 200: PageOf(Device) } },
    },
    async (request) => devices.list(request.query, callerOf(request).scope),
  );

  app.post(
    '/devices',
    {
      config: { permission: 'registry:write', wholeScope: true },
      schema: { tags, summary: 'Register a device', body: NewDevice, response: { 201: Device } },
    },
    async (request, reply) => {
      const device = await devices.create(request.body);
      reply.code(201).header('location', `${app.prefix}/devices/${device.id}`);
      return sendRecord(reply, device);
    },
  );

  app.get(
    '/devices/:id',
    {
      config: { permission: 'fleet:read' },
      schema: { tags, summary: 'One device', params: DeviceParams, response: { 200: Device } },
    },
    async (request, reply) => sendRecord(reply, await visible(request.params.id, request)),
  );

  app.patch(
    '/devices/:id',
    {
      config: { permission: 'registry:write', wholeScope: true },
      schema: { tags, summary: 'Edit a device', params: DeviceParams, body: DevicePatch, response: { 200: Device } },
    },
    async (request, reply) => {
      const current = await visible(request.params.id, request);
      requireMatch(request, current);
      return sendRecord(reply, await devices.patch(current.id, request.body, revisionOf(request, current)));
    },
  );

  app.post(
    '/devices/:id/credentials',
    {
      // The answer holds the token: it is shown this once and kept nowhere.
      config: { permission: 'credentials:write', idempotent: false },
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        summary: 'A new MQTT token, shown this once; the one before stays valid for the overlap',
        params: DeviceParams,
        body: Rotation,
        response: { 201: Credential },
      },
    },
    async (request, reply) => {
      const { id } = await visible(request.params.id, request);
      const credential = await credentials.rotate(id, { ...request.body, actor: callerOf(request).email });
      return reply.code(201).header('location', `${app.prefix}/devices/${id}/credentials`).send(credential);
    },
  );

  app.delete(
    '/devices/:id/credentials',
    {
      config: { permission: 'credentials:write' },
      schema: {
        tags,
        summary: 'Revoke every token of a device; its session ends',
        params: DeviceParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = await visible(request.params.id, request);
      await credentials.revoke(id, { actor: callerOf(request).email });
      return reply.code(204).send(null);
    },
  );
};
