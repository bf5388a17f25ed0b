// What lets a device in: its tokens and client certificates listed, issued and revoked; the authority's certificate and
// revocation list for whoever checks elsewhere.
import { Type } from 'typebox';
import {
  CredentialEntry,
  DeviceCertificate,
  IssuedCertificate,
  NewCertificate,
} from '../../contracts/http/device-access.ts';
import { Code } from '../../contracts/product.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Certificates, Credentials, Devices } from '../ports.ts';
import { DeviceParams, visibleDevice } from './devices.ts';
import { found, type Routes } from './route-types.ts';

const EntryParams = Type.Object({
  id: Code,
  entry: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
const Pem = Type.String();
const PEM_TYPE = 'application/x-pem-file';

const tags = ['devices'];

interface Ports {
  devices: Devices;
  credentials: Credentials;
  certificates: Certificates;
}

export const deviceAccessRoutes: Routes<Ports> = async (app, { devices, credentials, certificates }) => {
  const visible = visibleDevice(devices);

  app.get(
    '/devices/:id/credentials',
    {
      config: { permission: 'credentials:write' },
      schema: {
        tags,
        summary: 'Tokens of a device, newest first: when made, last used, until when good; never the tokens themselves',
        params: DeviceParams,
        response: { 200: Type.Array(CredentialEntry) },
      },
    },
    async (request) => credentials.list((await visible(request.params.id, request)).id),
  );

  app.delete(
    '/devices/:id/credentials/:entry',
    {
      config: { permission: 'credentials:write' },
      schema: {
        tags,
        summary: 'Revoke one token; the session of the device ends',
        params: EntryParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = await visible(request.params.id, request);
      await credentials.revoke(id, { id: request.params.entry, actor: callerOf(request).email });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/devices/:id/certificates',
    {
      config: { permission: 'credentials:write' },
      schema: {
        tags,
        summary: 'Client certificates of a device, newest first',
        params: DeviceParams,
        response: { 200: Type.Array(DeviceCertificate) },
      },
    },
    async (request) => certificates.list((await visible(request.params.id, request)).id),
  );

  app.post(
    '/devices/:id/certificates',
    {
      config: { permission: 'credentials:write' },
      schema: {
        tags,
        summary: 'Sign a certificate request (PKCS#10); its CN is the device id, the private key stays with the sender',
        params: DeviceParams,
        body: NewCertificate,
        response: { 201: IssuedCertificate },
      },
    },
    async (request, reply) => {
      const { id } = await visible(request.params.id, request);
      const issued = await certificates.issue(id, request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/devices/${id}/certificates`).send(issued);
    },
  );

  app.delete(
    '/devices/:id/certificates/:entry',
    {
      config: { permission: 'credentials:write' },
      schema: {
        tags,
        summary: 'Revoke a certificate: the session of the device ends, the revocation list is signed anew',
        params: EntryParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = await visible(request.params.id, request);
      await certificates.revoke(id, request.params.entry, callerOf(request).email);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/ca.pem',
    {
      config: { permission: 'public' },
      schema: { tags, summary: 'Certificate of the device authority', response: { 200: Pem } },
      serializerCompiler: () => String,
    },
    async (_request, reply) => reply.type(PEM_TYPE).send(found(certificates.authority, 'device authority')),
  );

  app.get(
    '/ca.crl',
    {
      config: { permission: 'public' },
      schema: { tags, summary: 'Its newest list of revoked certificates', response: { 200: Pem } },
      serializerCompiler: () => String,
    },
    async (_request, reply) =>
      reply.type(PEM_TYPE).send(found(await certificates.revocationList(), 'revocation list that still holds')),
  );
};
