// Models: versions with their figures and history, training in the background, shadow, activation by a second person, rollback.
import { Type } from 'typebox';
import {
  ActivateModel,
  Learnable,
  Model,
  ModelDetail,
  ModelFile,
  ModelNote,
  ModelPlots,
  ModelQuery,
  ModelRun,
  TrainModel,
} from '../../contracts/http/models.ts';
import { Nullable, PageOf } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { ModelCommands, ModelReads, Trainer } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

interface Ports {
  models: ModelReads;
  modelCommands: ModelCommands;
  trainer: Trainer;
}

const tags = ['models'];
/** A forest of a few thousand trees is some megabytes of JSON. */
const FILE_LIMIT_BYTES = 32 * 1024 * 1024;

export const modelRoutes: Routes<Ports> = async (app, { models, modelCommands, trainer }) => {
  app.get(
    '/models',
    {
      config: { permission: 'models:read' },
      schema: { tags, summary: 'Models, newest first', querystring: ModelQuery, response: { 200: PageOf(Model) } },
    },
    async (request) => models.list(request.query),
  );

  app.get(
    '/models/learnable',
    {
      config: { permission: 'models:read' },
      schema: {
        tags,
        summary: 'Products with the failures they could learn from',
        response: { 200: Type.Array(Learnable) },
      },
    },
    async () => models.learnable(),
  );

  app.get(
    '/models/:id',
    {
      config: { permission: 'models:read' },
      schema: {
        tags,
        summary: 'One model with its history and drift',
        params: IdParams,
        response: { 200: ModelDetail },
      },
    },
    async (request) => found(await models.one(request.params.id), `model ${request.params.id}`),
  );

  app.get(
    '/models/:id/plots',
    {
      config: { permission: 'models:read' },
      schema: {
        tags,
        summary: 'What a model said of devices it had not seen, to be drawn; null: nothing was kept',
        params: IdParams,
        response: { 200: Nullable(ModelPlots) },
      },
    },
    async (request) => models.plots(request.params.id),
  );

  app.get(
    '/models/:id/export',
    {
      config: { permission: 'models:read' },
      schema: { tags, summary: 'A model as a file', params: IdParams, response: { 200: ModelFile } },
    },
    async (request) => found(await models.export(request.params.id), `model ${request.params.id}`),
  );

  app.post(
    '/models/import',
    {
      bodyLimit: FILE_LIMIT_BYTES,
      config: { permission: 'models:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Keep a model of another instance as a draft',
        body: ModelFile,
        response: { 201: ModelDetail },
      },
    },
    async (request, reply) => {
      const detail = await modelCommands.import(request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/models/${detail.model.id}`).send(detail);
    },
  );

  app.post(
    '/models/:id/shadow',
    {
      config: { permission: 'models:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Let a model judge beside the one in force; nothing follows from what it says',
        params: IdParams,
        body: ModelNote,
        response: { 200: ModelDetail },
      },
    },
    async (request) => modelCommands.shadow(request.params.id, request.body.note, callerOf(request).email),
  );

  app.post(
    '/models/:id/activate',
    {
      config: { permission: 'models:approve', wholeScope: true },
      schema: {
        tags,
        summary: 'Put a model of somebody else in force, or change the mode of one that is',
        params: IdParams,
        body: ActivateModel,
        response: { 200: ModelDetail },
      },
    },
    async (request) => modelCommands.activate(request.params.id, request.body, callerOf(request).email),
  );

  app.post(
    '/models/:id/rollback',
    {
      config: { permission: 'models:approve', wholeScope: true },
      schema: {
        tags,
        summary: 'Take a model out of force; the one before it judges again',
        params: IdParams,
        body: ModelNote,
        response: { 200: ModelDetail },
      },
    },
    async (request) => modelCommands.rollback(request.params.id, request.body.note, callerOf(request).email),
  );

  app.post(
    '/models/train',
    {
      config: { permission: 'models:write', wholeScope: true },
      schema: { tags, summary: 'Train a model in the background', body: TrainModel, response: { 202: ModelRun } },
    },
    async (request, reply) => {
      const run = await trainer.train(request.body, callerOf(request).email);
      return reply.code(202).header('location', `${app.prefix}/models/runs/${run.id}`).send(run);
    },
  );

  app.post(
    '/models/:id/evaluate',
    {
      config: { permission: 'models:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Measure a model on what became known after its training, in the background',
        params: IdParams,
        response: { 202: ModelRun },
      },
    },
    async (request, reply) => {
      const run = await trainer.evaluate(request.params.id, callerOf(request).email);
      return reply.code(202).header('location', `${app.prefix}/models/runs/${run.id}`).send(run);
    },
  );

  app.get(
    '/models/runs',
    {
      config: { permission: 'models:read' },
      schema: { tags, summary: 'Trainings and evaluations, newest first', response: { 200: Type.Array(ModelRun) } },
    },
    async () => trainer.runs(),
  );

  app.get(
    '/models/runs/:id',
    {
      config: { permission: 'models:read' },
      schema: { tags, summary: 'One training or evaluation', params: IdParams, response: { 200: ModelRun } },
    },
    async (request) => found(await trainer.run(request.params.id), `training ${request.params.id}`),
  );

  app.post(
    '/models/runs/:id/cancel',
    {
      config: { permission: 'models:write', wholeScope: true },
      schema: { tags, summary: 'End a training or evaluation early', params: IdParams, response: { 200: ModelRun } },
    },
    async (request) => trainer.cancel(request.params.id, callerOf(request).email),
  );
};
