// Remote commands of a device: what it can be asked to do, asking, looking on, taking back.
import { Type } from 'typebox';
import { CommandDefinition } from '../../contracts/command-catalogue.ts';
import { Command, CommandCancellation, CommandQuery, NewCommand, RequestId } from '../../contracts/http/commands.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { Code } from '../../contracts/product.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Commands, Devices } from '../ports.ts';
import { DeviceParams, visibleDevice } from './devices.ts';
import { found, type Routes } from './route-types.ts';

const CommandParams = Type.Object({ id: Code, request: RequestId });

const tags = ['commands'];

export const commandRoutes: Routes<{ devices: Devices; commands: Commands }> = async (app, { devices, commands }) => {
  const visible = visibleDevice(devices);

  app.get(
    '/devices/:id/command-catalogue',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags,
        summary: 'What a device can be asked to do: arguments, risk, who may ask',
        params: DeviceParams,
        response: { 200: Type.Array(CommandDefinition) },
      },
    },
    async (request) => [...(await commands.catalogue((await visible(request.params.id, request)).id))],
  );

  app.get(
    '/devices/:id/commands',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags,
        summary: 'Commands of a device, newest first',
        params: DeviceParams,
        querystring: CommandQuery,
        response: { 200: PageOf(Command) },
      },
    },
    async (request) => commands.list((await visible(request.params.id, request)).id, request.query),
  );

  app.post(
    '/devices/:id/commands',
    {
      config: { permission: 'commands:write' },
      schema: {
        tags,
        summary: 'Ask a device to do something; it is stored and sent when the device is there',
        params: DeviceParams,
        body: NewCommand,
        response: { 201: Command },
      },
    },
    async (request, reply) => {
      const { id } = await visible(request.params.id, request);
      const command = await commands.request(id, request.body, callerOf(request));
      return reply
        .code(201)
        .header('location', `${app.prefix}/devices/${id}/commands/${command.request}`)
        .send(command);
    },
  );

  app.get(
    '/devices/:id/commands/:request',
    {
      config: { permission: 'telemetry:read' },
      schema: { tags, summary: 'One command', params: CommandParams, response: { 200: Command } },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      const { request: name } = request.params;
      return found(await commands.one(id, name), `command ${name} of device ${id}`);
    },
  );

  app.post(
    '/devices/:id/commands/:request/cancel',
    {
      config: { permission: 'commands:write' },
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        summary: 'Take back a command that was not sent yet',
        params: CommandParams,
        body: CommandCancellation,
        response: { 200: Command },
      },
    },
    async (request) => {
      const { id } = await visible(request.params.id, request);
      const { email: actor } = callerOf(request);
      return commands.cancel({ device: id, request: request.params.request, actor, reason: request.body.reason });
    },
  );
};
