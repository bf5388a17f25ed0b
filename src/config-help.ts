// The text of `npm start -- --help`: every variable with its unit and default, from the schema itself.
import { ROLES } from './config.ts';
import { type Leaf, settings } from './config-schema.ts';

const WIDTH = 34;

function lineOf({ setting, schema }: Leaf): string {
  const { env, unit, description, default: preset } = setting;
  const choices = schema.enum ? ` (${schema.enum.join(', ')})` : '';
  const facts = [unit, preset === undefined ? undefined : `default ${preset}`].filter((fact) => fact !== undefined);
  const end = facts.length === 0 ? '' : ` [${facts.join(', ')}]`;
  return `  ${env.padEnd(WIDTH)}${description}${choices}${end}`;
}

export const helpText =
  (): string => `Stethos: listens to medical devices, predicts failures, opens the work order, and shows what it costs.

Usage: npm start -- [--roles ${ROLES.join(',')}] [--help]

  --roles   What this process does; without it everything. broker and ingest go together, and predictor needs them.
  --help    This text.

Environment, each with its unit and default:
${settings().map(lineOf).join('\n')}

A wrong or unknown STETHOS_ variable stops the start, with every problem named.
`;
