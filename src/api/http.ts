// Puts the HTTP side together: plugins in the order they act, then the routes. It does not listen; server.ts does.
import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Registry } from 'prom-client';
import { Problem } from '../contracts/problems.ts';
import type { Clock } from '../contracts/time.ts';
import { useAuthentication } from './plugins/auth.ts';
import { DASHBOARD_PAGE, hasDashboard, useDashboard } from './plugins/dashboard.ts';
import { useDocumentation } from './plugins/documentation.ts';
import { useIdempotency } from './plugins/idempotency.ts';
import { answerFrameworkError, useProblems } from './plugins/problems.ts';
import { useRequestMetrics } from './plugins/request-metrics.ts';
import { useSecurityHeaders } from './plugins/security-headers.ts';
import { useUnknownRoutes } from './plugins/unknown-routes.ts';
import type { ApiPorts } from './ports.ts';
import { alertRoutes } from './routes/alerts.ts';
import { allocationRoutes } from './routes/allocation.ts';
import { authRoutes } from './routes/auth.ts';
import { commandRoutes } from './routes/commands.ts';
import { contractAmendmentRoutes } from './routes/contract-amendments.ts';
import { contractMarginRoutes } from './routes/contract-margins.ts';
import { costExplainRoutes } from './routes/cost-explain.ts';
import { costFlowRoutes } from './routes/cost-flow.ts';
import { costRoutes } from './routes/costs.ts';
import { dimensionMappingRoutes } from './routes/dimension-mappings.ts';
import { deviceAccessRoutes } from './routes/device-access.ts';
import { deviceReadingRoutes } from './routes/device-readings.ts';
import { fleetLatestRoutes } from './routes/fleet-latest.ts';
import { deviceRoutes } from './routes/devices.ts';
import { budgetRoutes } from './routes/budgets.ts';
import { exchangeRateRoutes } from './routes/exchange-rates.ts';
import { manualPostingRoutes } from './routes/manual-postings.ts';
import { rateRoutes } from './routes/rates.ts';
import { fileImportRoutes } from './routes/file-imports.ts';
import { importRoutes } from './routes/imports.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { modelRoutes } from './routes/models.ts';
import { journalRoutes } from './routes/journal.ts';
import { periodRoutes } from './routes/periods.ts';
import { payloadMappingRoutes } from './routes/payload-mappings.ts';
import { probeRoutes } from './routes/probes.ts';
import { proposalRoutes } from './routes/proposals.ts';
import { componentSwapRoutes } from './routes/component-swaps.ts';
import { qualityRoutes } from './routes/quality.ts';
import { quarantineRoutes } from './routes/quarantine.ts';
import { registryRoutes } from './routes/registry.ts';
import { replayRoutes } from './routes/replays.ts';
import { ruleRoutes } from './routes/rules.ts';
import { scorecardRoutes } from './routes/scorecard.ts';
import { survivalRoutes } from './routes/survival.ts';
import { systemRoutes } from './routes/system.ts';
import { unknownMetricRoutes } from './routes/unknown-metrics.ts';
import { userRoutes } from './routes/users.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { workOrderCaptureRoutes } from './routes/work-order-capture.ts';
import { workOrderRoutes } from './routes/work-orders.ts';
import { schemaCompiler } from './validation.ts';

export interface HttpOptions {
  ports: ApiPorts;
  clock: Clock;
  log: FastifyBaseLogger;
  metrics: Registry;
  /** Folder of the built dashboard; absent or empty: only the API is served. */
  dashboardDir?: string;
  version: string;
  /** Served over TLS, here or by a proxy in front. */
  secure?: boolean;
}

export const API_PREFIX = '/api/v1';
const BODY_LIMIT_BYTES = 1024 * 1024;

export async function buildHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { ports, log, metrics, dashboardDir, version, secure = false } = options;
  const app = fastify({
    loggerInstance: log,
    // One line a request is written by request-metrics.ts, without its URL.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    frameworkErrors: answerFrameworkError,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(schemaCompiler);
  // Views are written as they are: a serializer led by schemas would turn a null it did not expect into 0 or ''.
  app.setSerializerCompiler(() => (view) => JSON.stringify(view));

  useProblems(app, ports);
  // Last before the handler: the body has been read, which would lose the context.
  app.addHook('preHandler', (_request, _reply, done) => ports.asCaller(done));
  useSecurityHeaders(app, secure);
  useRequestMetrics(app, metrics);
  useUnknownRoutes(app, hasDashboard(dashboardDir) ? DASHBOARD_PAGE : null);
  useAuthentication(app, ports.sessions);
  useIdempotency(app, ports.idempotency);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) => new Problem('too-many-requests', `Try again in ${after}`),
  });
  await useDocumentation(app, { version });
  if (hasDashboard(dashboardDir)) await useDashboard(app, dashboardDir);
  await app.register(probeRoutes, { system: ports.system, metrics });
  await app.register(apiRoutes, { ...options, prefix: API_PREFIX });
  await app.ready();
  return app as unknown as FastifyInstance;
}

async function apiRoutes(app: FastifyInstance, { ports, clock, version }: HttpOptions): Promise<void> {
  await app.register(authRoutes, ports);
  await app.register(registryRoutes, ports);
  await app.register(contractAmendmentRoutes, ports);
  await app.register(contractMarginRoutes, ports);
  await app.register(deviceRoutes, ports);
  await app.register(deviceAccessRoutes, ports);
  await app.register(deviceReadingRoutes, { ...ports, clock });
  await app.register(fleetLatestRoutes, ports);
  await app.register(commandRoutes, ports);
  await app.register(alertRoutes, ports);
  await app.register(notificationRoutes, ports);
  await app.register(webhookRoutes, ports);
  await app.register(ruleRoutes, ports);
  await app.register(replayRoutes, ports);
  await app.register(modelRoutes, ports);
  await app.register(survivalRoutes, ports);
  await app.register(proposalRoutes, ports);
  await app.register(scorecardRoutes, ports);
  await app.register(workOrderRoutes, ports);
  await app.register(workOrderCaptureRoutes, ports);
  await app.register(costRoutes, ports);
  await app.register(manualPostingRoutes, ports);
  await app.register(costExplainRoutes, ports);
  await app.register(costFlowRoutes, ports);
  await app.register(allocationRoutes, ports);
  await app.register(periodRoutes, ports);
  await app.register(journalRoutes, ports);
  await app.register(rateRoutes, ports);
  await app.register(exchangeRateRoutes, ports);
  await app.register(budgetRoutes, ports);
  await app.register(dimensionMappingRoutes, ports);
  await app.register(importRoutes, ports);
  await app.register(fileImportRoutes, ports);
  await app.register(unknownMetricRoutes, ports);
  await app.register(qualityRoutes, ports);
  await app.register(componentSwapRoutes, ports);
  await app.register(quarantineRoutes, ports);
  await app.register(payloadMappingRoutes, ports);
  await app.register(userRoutes, ports);
  await app.register(systemRoutes, { system: ports.system, version });
}
