// What predictions turned out to be worth, live, and the episodes behind the figures.
import { PageOf } from '../../contracts/http/page.ts';
import { EpisodeQuery, PredictionEpisode, Scorecard, ScorecardQuery } from '../../contracts/http/scorecard.ts';
import { callerOf } from '../plugins/auth.ts';
import type { ScorecardReads } from '../ports.ts';
import type { Routes } from './route-types.ts';

const tags = ['models'];

export const scorecardRoutes: Routes<{ scorecard: ScorecardReads }> = async (app, { scorecard }) => {
  app.get(
    '/predictions/scorecard',
    {
      config: { permission: 'models:read' },
      schema: {
        tags,
        summary: 'Precision, recall, lead time, false alarms and worth of predictions, with n and 80 % intervals',
        querystring: ScorecardQuery,
        response: { 200: Scorecard },
      },
    },
    async (request) => scorecard.scorecard(request.query, callerOf(request).scope),
  );

  app.get(
    '/predictions/episodes',
    {
      config: { permission: 'models:read' },
      schema: {
        tags,
        summary: 'What models said, newest first, with what came of it',
        querystring: EpisodeQuery,
        response: { 200: PageOf(PredictionEpisode) },
      },
    },
    async (request) => scorecard.episodes(request.query, callerOf(request).scope),
  );
};
