// `npm run models`: the registry of models from the command line.
import { runModelsOrder } from './models-command.ts';
import { MODELS_HELP, modelsOrderOf } from './models-options.ts';
import { ApiError } from './simulators/api-client.ts';

async function main(): Promise<number> {
  let order: ReturnType<typeof modelsOrderOf>;
  try {
    order = modelsOrderOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${MODELS_HELP}`);
    return 2;
  }
  if (order === 'help') {
    console.log(MODELS_HELP);
    return 0;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const isTerminal = process.stdout.isTTY;
  const out = {
    line: (text: string) => process.stdout.write(isTerminal ? `\r${text}\n` : `${text}\n`),
    progress: (text: string) => void (isTerminal && process.stdout.write(`\r${text}`)),
  };
  try {
    return (await runModelsOrder(order, out, stop.signal)) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof ApiError ? 1 : 2;
  }
}

process.exitCode = await main();
